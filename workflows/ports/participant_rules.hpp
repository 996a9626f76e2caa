#pragma once

#include <string>
#include <vector>

#include "workflows/moment.hpp"
#include "workflows/operations/circuit_breaker.hpp"
#include "workflows/ports/store_result.hpp"

namespace sagad {

/// What an operator decided about calling a participant, over its circuit breaker's head: "stop calling payment".
/// Durable; every node goes by it from its next beat on.
struct participant_rule {
  /// A participant (`payment`), or one question to it: a step's name, or its undo's (`refund-payment`).
  std::string on;
  /// Not `none`. A question can only be `forced_open`.
  operations::circuit_override forced = operations::circuit_override::forced_open;
  std::string who;
  std::string why;
  moment since{};

  friend bool operator==(const participant_rule&, const participant_rule&) = default;
};

/// Where the circuit to a participant stands in one node.
struct named_circuit {
  std::string participant;
  operations::circuit_view now;
};

/// The rules about participants. Part of the back office.
class participant_desk {
public:
  virtual ~participant_desk() = default;

  /// Replaces an earlier rule on the same. Logged.
  virtual store_result<void> set_participant_rule(const participant_rule& rule) = 0;
  /// False when there was none. Logged.
  virtual store_result<bool> clear_participant_rule(const std::string& on, const std::string& who,
                                                    const std::string& why, moment now) = 0;
  /// By name.
  virtual store_result<std::vector<participant_rule>> participant_rules() = 0;
};

} // namespace sagad

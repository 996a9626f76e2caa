#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/messages.hpp"
#include "workflows/operations/circuit_breaker.hpp"
#include "workflows/ports/participant_rules.hpp"

namespace sagad::actors {

/// Why a command does not leave.
struct stopped {
  /// `CIRCUIT_OPEN` or `PARTICIPANT_HELD`.
  std::string_view code;
  /// For people. The same for as long as the reason is: a saga notes it once.
  std::string why;
};

/// The code of an answer to a command for which a node has nobody.
inline constexpr std::string_view no_participant = "NO_PARTICIPANT";

/// Whether what became of a command says something of its participant: none where it reached nobody, where this node's
/// own store was in the way, nobody plays it, or an order was told to fail.
std::optional<bool> tells_of_participant(reply_outcome outcome, std::string_view code, bool injected);

/// The circuit breakers of a node's participants, with what operators decided over their heads. A value of one actor.
class circuits {
public:
  explicit circuits(const operations::circuit_settings& settings = {}) : settings_(settings) {}

  /// May a question leave now, that is known by this name? None: yes, and then `heard` is to be told of it.
  std::optional<stopped> stops(const std::string& participant, std::string_view known_as, moment now);
  void heard(const std::string& participant, const operations::command_outcome& o);
  /// All rules there are. One on a participant is forced on its circuit, every other one on questions of that name.
  void go_by(const std::vector<participant_rule>& rules, moment now);

  /// Those that are not closed, and those that an operator forced; by name, of the participants that were asked so far.
  std::vector<named_circuit> remarkable() const;
  /// Rises with each change that `remarkable` shows.
  int changes() const { return changes_; }

private:
  /// Begins under the rule that there is on it.
  operations::circuit_breaker& of(const std::string& participant);
  void force(const std::string& on, operations::circuit_override how, moment at, std::string why);
  std::string why_stopped(const std::string& participant) const;
  void note_change(const operations::circuit_view& before, const operations::circuit_view& after);

  operations::circuit_settings settings_;
  std::map<std::string, operations::circuit_breaker, std::less<>> breakers_;
  /// The rules, by what they are on.
  std::map<std::string, participant_rule, std::less<>> rules_;
  int changes_ = 0;
};

} // namespace sagad::actors

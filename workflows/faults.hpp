#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "workflows/moment.hpp"

namespace sagad {

/// Ways a tester may ask a participant to fail; the words of the submission's `faults`.
enum class fault_kind : unsigned char { kill, kill_after, stall, refuse, lose_reply, duplicate_reply, late_reply };

/// One instruction to fail. `step` is a step, an undo (`refund-payment`) or `accept`.
struct fault {
  std::string step;
  fault_kind kind = fault_kind::kill;
  /// How many attempts it hits, the first ones; zero: all.
  int times = 0;
  /// For stall and late-reply: how long; absent: just past the deadline.
  std::optional<milliseconds> delay{};
  /// For refuse.
  std::string code{};

  friend bool operator==(const fault&, const fault&) = default;
};

/// The longest delay that may be asked for.
inline constexpr std::int64_t fault_delay_ms_max = 86'400'000;

/// `kill`, `kill-after`, ... as in a submission.
std::string_view to_string(fault_kind kind);
std::optional<fault_kind> fault_kind_from(std::string_view text);

/// The fault that hits attempt number `attempt` of `step`, if any. Dying wins over everything else; otherwise
/// the first one written wins.
std::optional<fault> fault_that_hits(std::span<const fault> faults, std::string_view step, int attempt);

} // namespace sagad

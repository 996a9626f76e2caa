#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/messages.hpp"
#include "workflows/moment.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::operations {

/// What an operator may want of an order.
enum class operator_action : std::uint8_t { retry, resume, cancel, compensate, skip, hold };

/// `retry`, `resume`, `cancel`, `compensate`, `skip`, `hold`: as typed and as persisted.
std::string_view to_string(operator_action a);
std::optional<operator_action> operator_action_from(std::string_view text);
/// As the saga machine hears of it.
event::kind wish_of(operator_action a);
/// The other way round; `retry` for what is no wish.
operator_action action_of(event::kind what);

/// What an operator wants, of however many orders. Persisted with each operation: who, why, what.
struct repair_request {
  operator_action what = operator_action::retry;
  std::string who;
  std::string why;
  /// For `skip`, of a do: what its participant would have answered.
  json value{};
};

/// The wish as the saga hears it. `chance` in [0, 1) is for its next pause.
event event_of(const repair_request& wanted, moment at, double chance);

} // namespace sagad::operations

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "workflows/messages.hpp"
#include "workflows/refusal.hpp"

namespace sagad::wire {

/// A command as a participant reads it from its queue:
///
///     {"saga_id","order_id","step","action":"do"|"undo"|"probe","idempotency_key","attempt","deadline","payload"}
///
/// `step` is the step's name, for an undo and a probe too (`charge-payment`, never `refund-payment`), as in
/// `command_for`: the key names the effect, the action says what to do about it. `deadline` is RFC 3339 in UTC. An
/// injected fault travels as `"fault":{"kind","ms","code"}`; which attempts it hits was decided by who sends it.
/// Whom it is for says the queue, not the message.
std::string to_message(const command& c);

/// Reads what `to_message` wrote, with an empty `participant`. Strict and bounded as `parse_submission`, with its
/// codes; besides `UNKNOWN_ACTION`, `INVALID_TIME`, and `KEY_MISMATCH` (the idempotency key is not
/// `<saga_id>/<step>`). Never throws.
tl::expected<command, refusal> command_from(std::string_view message);

inline constexpr std::size_t command_bytes_max = 1'048'576;
/// Shorter than other ids, so that a correlation id with the longest saga's id fits into AMQP's 255 bytes.
inline constexpr std::size_t step_length_max = 100;

} // namespace sagad::wire

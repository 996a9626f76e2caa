#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "workflows/messages.hpp"
#include "workflows/refusal.hpp"

namespace sagad::wire {

/// A participant's answer, as it goes to the command's `reply_to`:
///
///     {"saga_id","step","action","idempotency_key","outcome","code","detail","result"}
///
/// A detail that is too long is cut.
std::string to_message(const reply& r);

/// Reads an answer; its attempt comes from the message's correlation id. A participant is somebody else's program:
/// strict and bounded as `parse_submission`, with its codes; besides `UNKNOWN_ACTION`, `UNKNOWN_OUTCOME`,
/// `KEY_MISMATCH` (the idempotency key is not
/// `<saga_id>/<step>`), `CORRELATION_MISMATCH` (the correlation id is none, or is another question's) and
/// `INVALID_TEXT` (a detail with a zero character, which no database keeps). `code` must be an id, and not empty
/// where the outcome is `refused`; `code`, `detail` and `result` may be left out otherwise. Never throws.
tl::expected<reply, refusal> reply_from(std::string_view message, std::string_view correlation_id);

inline constexpr std::size_t reply_bytes_max = 65'536;
/// Characters, not bytes.
inline constexpr std::size_t reply_detail_length_max = 1'000;

} // namespace sagad::wire

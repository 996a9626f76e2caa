#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sagad {

using std::chrono::milliseconds;

/// A point in wall-clock time, UTC, to the millisecond. Stores keep its `time_since_epoch().count()`.
using moment = std::chrono::sys_time<milliseconds>;

/// That many milliseconds since 1970; none outside of the years 0 to 9999, which nobody could write down. Between
/// moments within them any arithmetic is safe.
std::optional<moment> moment_from_count(std::int64_t ms);

/// RFC 3339 in UTC with milliseconds: `2026-11-20T05:48:00.000Z`.
std::string to_rfc3339(moment at);
/// The way back, of exactly this form; none for any other text and for a day that no calendar has.
std::optional<moment> moment_from_rfc3339(std::string_view text);

} // namespace sagad

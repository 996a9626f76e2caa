#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sagad {

using std::chrono::milliseconds;

/// A point in wall-clock time, UTC, to the millisecond. Stores keep its `time_since_epoch().count()`.
using moment = std::chrono::sys_time<milliseconds>;

/// RFC 3339 in UTC with milliseconds: `2026-11-20T05:48:00.000Z`.
std::string to_rfc3339(moment at);
/// The way back, of exactly this form; none for any other text and for a day that no calendar has.
std::optional<moment> moment_from_rfc3339(std::string_view text);

} // namespace sagad

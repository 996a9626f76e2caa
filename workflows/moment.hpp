#pragma once

#include <chrono>
#include <string>

namespace sagad {

using std::chrono::milliseconds;

/// A point in wall-clock time, UTC, to the millisecond. Stores keep its `time_since_epoch().count()`.
using moment = std::chrono::sys_time<milliseconds>;

/// RFC 3339 in UTC with milliseconds: `2026-11-20T05:48:00.000Z`.
std::string to_rfc3339(moment at);

} // namespace sagad

#pragma once

#include <optional>
#include <string_view>

#include "workflows/moment.hpp"

namespace sagad {

/// Reads `250ms`, `1s`, `5m`, `2h` or `7d`: a whole number and one unit, as on the command line, in queries and in
/// configuration files. None for anything else, and for more than ten years.
std::optional<milliseconds> parse_duration(std::string_view text);

} // namespace sagad

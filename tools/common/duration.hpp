#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflows/moment.hpp"

namespace sagad::tools {

/// Reads `250ms`, `1s`, `5m`, `2h` or `7d`: a whole number and one unit, as on the command line and in
/// configuration files. None for anything else, and for more than ten years.
std::optional<milliseconds> parse_duration(std::string_view text);

/// For people, in the two largest units that matter: `250ms`, `4.2s`, `3m 20s`, `5h 1m`, `12d 3h`.
std::string to_text(milliseconds duration);

} // namespace sagad::tools

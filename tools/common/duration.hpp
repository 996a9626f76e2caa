#pragma once

#include <string>

#include "workflows/moment.hpp"

namespace sagad::tools {

/// For people, in the two largest units that matter: `250ms`, `4.2s`, `3m 20s`, `5h 1m`, `12d 3h`.
std::string to_text(milliseconds duration);

} // namespace sagad::tools

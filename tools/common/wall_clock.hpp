#pragma once

#include <chrono>

#include "workflows/moment.hpp"

namespace sagad::tools {

/// The machine's clock, as `clock_fn` wants it.
inline moment wall_clock() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

} // namespace sagad::tools

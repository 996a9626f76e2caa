#pragma once

#include <functional>

#include "workflows/moment.hpp"

namespace sagad {

/// Tells the wall-clock time. Must be callable from any thread. Virtual in tests.
using clock_fn = std::function<moment()>;

} // namespace sagad

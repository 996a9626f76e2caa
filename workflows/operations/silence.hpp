#pragma once

#include "workflows/moment.hpp"

namespace sagad::operations {

/// A node whose last sign of life is older may be dead. Signs of life come twice a second, and other nodes take over
/// from one that stays silent for two; the rest is for the clocks of operators' machines, which differ from the nodes'.
inline constexpr milliseconds silent_after{10'000};

} // namespace sagad::operations

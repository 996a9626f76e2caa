#pragma once

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// Shows the auditor every account of the world, whose orders began `begins`. The caller has locked it.
audit_report audit_world(const world& w, const definition& begins);

} // namespace sagad::memory

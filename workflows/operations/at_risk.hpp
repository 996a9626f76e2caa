#pragma once

#include "workflows/moment.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::operations {

/// True for an order that may soon be given up, or held, for want of patience: its present question is in trouble and
/// has used more than half of its attempts, or, in trouble or not, more than half of its total timeout. By the
/// definition in `definitions`; a node may be configured otherwise. Never true of what is held or has ended, nor where
/// the definition is unknown. Pure.
bool is_at_risk(const saga& s, const saga_catalog& definitions, moment now);

} // namespace sagad::operations

#pragma once

#include "tools/sagad/node_settings.hpp"

namespace sagad::tools {

/// Runs a node until SIGTERM or SIGINT, drains, and tells the exit code: 0 when it left in order, 1 when it
/// could not start or lost its store, 2 when the options make no sense. Complaints go to stderr.
int run_node(const node_settings& settings);

} // namespace sagad::tools

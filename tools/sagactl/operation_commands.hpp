#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `operation list|show|watch|stop|resume`.
void add_operation_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

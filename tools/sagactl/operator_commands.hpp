#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `operator log`.
void add_operator_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

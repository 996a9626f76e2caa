#pragma once

#include <string>

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `order ...`: every verb about orders.
void add_order_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

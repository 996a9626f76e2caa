#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `catalog set|list`, `stock add|show`, `wallet credit|show|list`: the shop's master data.
void add_shop_groups(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `deadletter list|show|requeue|discard|restore`.
void add_dead_letter_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `participant list|hold|release|force-closed`.
void add_participant_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

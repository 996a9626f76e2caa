#pragma once

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// Is it the engine, the store, the broker or a participant, and since when. Exit 5 when something is wrong.
exit_code show_status(session& s);

/// `status`.
void add_status(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

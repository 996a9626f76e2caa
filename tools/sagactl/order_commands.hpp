#pragma once

#include <string>

#include "tools/sagactl/arguments.hpp"

namespace sagad::ctl {

/// `order submit|list|show|history|watch`.
void add_order_group(CLI::App& app, command_fn& chosen);

/// "There is no order o-1." on stderr.
exit_code no_such_order(session& s, const order_id& id);

} // namespace sagad::ctl

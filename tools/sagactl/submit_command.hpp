#pragma once

#include <string>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Submits every line of a file (`-`: stdin) as an order and tells of each on a line of its own. Fails when any
/// was not accepted.
exit_code submit_orders(session& s, const std::string& file);

} // namespace sagad::ctl

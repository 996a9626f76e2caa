#pragma once

#include <string>

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// Tells in plain words why an order stands where it stands, and what would help. Exit 4 when there is no such order.
exit_code tell_why(session& s, const std::string& typed);

} // namespace sagad::ctl

#pragma once

#include "tools/sagactl/session.hpp"

namespace sagad::ctl {

/// The facts of an order so far; with `follow`, those to come too, until it has ended.
exit_code tell_history(session& s, const order_id& id, bool follow);

/// Shows an order while it moves, until it has ended or is held for a person. A terminal sees one picture that
/// changes, anything else one line per change.
exit_code watch_order(session& s, const order_id& id);

} // namespace sagad::ctl

#pragma once

#include "tools/sagactl/output.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::ctl {

/// What `order show` tells a script; the names are the contract's. Null for what is absent: an outcome that is
/// not decided, an owner where nobody drives, the step after the end.
record to_record(const order_view& order);

/// The same without the steps: what `order list` tells of each.
record to_summary(const order_view& order);

record to_record(const order_id& order, const fact& happened);

/// The step it works on; empty after the end.
std::string current_step(const saga& s);

/// Good for completed, busy while it moves, bad when held.
colour tint_of(saga_state state);

/// Prints an order for people: its fields, then its steps.
void print_order(std::ostream& out, const screen& on, const order_view& order, moment now);

} // namespace sagad::ctl

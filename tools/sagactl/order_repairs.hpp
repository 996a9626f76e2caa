#pragma once

#include <optional>
#include <string>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/order_choice.hpp"
#include "workflows/operations/pace.hpp"
#include "workflows/operations/repair_request.hpp"

namespace sagad::ctl {

/// A repair as on the command line; empty: not given.
struct repair_options {
  operations::operator_action what = operations::operator_action::retry;
  order_choice which{};
  std::string reason{};
  /// JSON, for `skip`.
  std::string value{};
  std::size_t rate = 0;
  std::size_t canary = 0;
  std::string abort_if{};
  bool dry_run = false;
  bool yes = false;
  bool no_wait = false;
};

/// Plans the repair, shows the plan, asks, promises it, and paces it to its end.
exit_code repair_orders(session& s, const repair_options& wanted);

/// `order retry|resume|cancel|compensate|skip|hold`.
void add_repairs(CLI::App& orders, command_fn& chosen);

} // namespace sagad::ctl

#pragma once

#include <string_view>

#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/output.hpp"

namespace sagad::ctl {

enum class liveness : unsigned char {
  live,
  draining, // it lives, and was asked to leave
  silent,   // it holds its lease and shows no sign of life: it froze, or died and nobody has noticed
  gone
};
liveness liveness_of(const node_view& node, moment now);

/// It drives orders: `live` or `draining`.
bool is_living(const node_view& node, moment now);

/// `live`, `draining`, `silent`, `gone`.
std::string_view to_string(liveness l);

/// How a node is shown at `now`.
presentation<node_view> as_node(moment now);

/// `node list|drain`.
void add_node_group(CLI::App& app, command_fn& chosen);

} // namespace sagad::ctl

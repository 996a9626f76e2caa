#include "tools/sagactl/node_commands.hpp"

#include <algorithm>
#include <memory>

#include "workflows/operations/silence.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

colour tint_of(liveness l) {
  switch (l) {
  case liveness::live:
    return colour::good;
  case liveness::silent:
    return colour::bad;
  case liveness::draining:
  case liveness::gone:
    break;
  }
  return colour::faint;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ",") + word;
  return text;
}

exit_code list_nodes(session& s) {
  const moment now = s.now();
  const auto status = s.office.status(now);
  if (!status)
    return report(s, status.error());
  print_list(s, status->nodes, as_node(now));
  return exit_code::done;
}

exit_code drain_node(session& s, const std::string& name) {
  const auto asked = s.office.ask_to_drain(name, s.who, s.now());
  if (!asked)
    return report(s, asked.error());
  if (*asked == 0)
    return fail(s, exit_code::not_found,
                "No living node is called '" + printable(name) + "'; `sagactl node list` shows those there are.");
  s.err << "The node " << printable(name)
        << " was asked to hand its orders over and to leave; `sagactl node list` shows when it is gone.\n";
  return exit_code::done;
}

} // namespace

liveness liveness_of(const node_view& node, moment now) {
  if (!node.holds_lease || node.stopped_at)
    return liveness::gone;
  if (now - node.last_seen_at > operations::silent_after)
    return liveness::silent;
  return node.drain_wanted ? liveness::draining : liveness::live;
}

bool is_living(const node_view& node, moment now) {
  const liveness l = liveness_of(node, now);
  return l == liveness::live || l == liveness::draining;
}

std::string_view to_string(liveness l) {
  switch (l) {
  case liveness::live:
    return "live";
  case liveness::draining:
    return "draining";
  case liveness::silent:
    return "silent";
  case liveness::gone:
    break;
  }
  return "gone";
}

presentation<node_view> as_node(moment now) {
  return {.to_record = [now](const node_view& n) -> record {
            return {{"name", n.name},
                    {"state", to_string(liveness_of(n, now))},
                    {"epoch", n.epoch},
                    {"plays", n.plays},
                    {"drives", n.drives},
                    {"broker", or_null(n.broker)},
                    {"started_at", to_rfc3339(n.started_at)},
                    {"last_seen_at", to_rfc3339(n.last_seen_at)},
                    {"stopped_at", or_null(n.stopped_at)}};
          },
          .id = [](const node_view& n) { return n.name; },
          .columns = {{"NODE"},
                      {"STATE"},
                      {"EPOCH", align::right},
                      {"ORDERS", align::right},
                      {"PLAYS"},
                      {"BROKER"},
                      {"STARTED"},
                      {"LAST SEEN"}},
          .row = [now](const node_view& n) -> std::vector<cell> {
            const liveness state = liveness_of(n, now);
            return {n.name,
                    {std::string{to_string(state)}, tint_of(state)},
                    std::to_string(n.epoch),
                    std::to_string(n.drives),
                    joined(n.plays),
                    n.broker.empty() ? "-" : n.broker,
                    relative(n.started_at, now),
                    relative(n.last_seen_at, now)};
          }};
}

void add_node_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("node", "Who drives the orders");
  group->require_subcommand(1);
  add_verb(*group, chosen, "list", "List the nodes, newest first", "sagactl node list", list_nodes);
  const auto name = std::make_shared<std::string>();
  CLI::App* const drain =
      add_verb(*group, chosen, "drain", "Have a node hand its orders over, and leave", "sagactl node drain shop-a-4711",
               [name](session& s) { return drain_node(s, *name); });
  drain->add_option("NODE", *name, "Its name, as `node list` shows it")->required()->check(well_formed_id());
}

} // namespace sagad::ctl

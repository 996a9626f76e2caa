#include "tools/sagactl/status_command.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>

#include "tools/common/duration.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/output.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::ctl {

namespace {

using namespace std::chrono_literals;

/// A node that shows no sign of life for this long has frozen, whatever it still holds.
constexpr milliseconds silence_max = 10s;
/// An order normally ends within seconds.
constexpr milliseconds order_age_max = 1min;

enum class liveness : unsigned char { live, frozen, gone };

liveness liveness_of(const node_view& node, moment now) {
  if (!node.holds_lease || node.stopped_at)
    return liveness::gone;
  return now - node.last_seen_at > silence_max ? liveness::frozen : liveness::live;
}

std::string_view to_string(liveness l) {
  switch (l) {
  case liveness::live:
    return "live";
  case liveness::frozen:
    return "frozen";
  case liveness::gone:
    break;
  }
  return "gone";
}

colour tint_of_node(liveness l) {
  return l == liveness::live ? colour::good : l == liveness::frozen ? colour::bad : colour::faint;
}

bool any_live(const store_status& status, moment now) {
  return std::any_of(status.nodes.begin(), status.nodes.end(),
                     [now](const node_view& n) { return liveness_of(n, now) == liveness::live; });
}

std::size_t count_in(const store_status& status, saga_state state) {
  std::size_t sum = 0;
  for (const state_count& c : status.orders)
    if (c.state == sagad::to_string(state))
      sum += c.count;
  return sum;
}

/// They live in the node's process while the store is an embedded one.
std::vector<std::string_view> participants() {
  std::vector<std::string_view> names;
  for (const saga_step& step : checkout::checkout_saga.steps)
    if (std::find(names.begin(), names.end(), step.participant) == names.end())
      names.push_back(step.participant);
  return names;
}

record to_record(const node_view& node, moment now) {
  return {{"name", node.name},
          {"state", to_string(liveness_of(node, now))},
          {"epoch", node.epoch},
          {"started_at", to_rfc3339(node.started_at)},
          {"last_seen_at", to_rfc3339(node.last_seen_at)},
          {"stopped_at", or_null(node.stopped_at)}};
}

record to_record(const store_status& status, const std::vector<std::string>& problems, moment now) {
  record r{{"healthy", problems.empty()}, {"problems", problems},        {"store", status.store},
           {"broker", nullptr},           {"nodes", record::array()},    {"participants", record::array()},
           {"orders", record::array()},   {"oldest_unfinished", nullptr}};
  for (const node_view& node : status.nodes)
    r["nodes"].push_back(to_record(node, now));
  for (const std::string_view name : participants())
    r["participants"].push_back({{"name", name}, {"state", any_live(status, now) ? "up" : "down"}});
  for (const state_count& c : status.orders)
    r["orders"].push_back({{"state", c.state}, {"outcome", or_null(c.outcome)}, {"count", c.count}});
  if (status.oldest_unfinished)
    r["oldest_unfinished"] = to_summary(*status.oldest_unfinished);
  r["dead_letters"] = status.dead_letters;
  return r;
}

void print_nodes(session& s, const store_status& status, moment now) {
  table nodes{{{"NODE"}, {"STATE"}, {"EPOCH", align::right}, {"STARTED"}, {"LAST SEEN"}}};
  for (const node_view& node : status.nodes) {
    const liveness state = liveness_of(node, now);
    nodes.add({node.name,
               {std::string{to_string(state)}, tint_of_node(state)},
               std::to_string(node.epoch),
               relative(node.started_at, now),
               relative(node.last_seen_at, now)});
  }
  if (nodes.empty())
    s.out << "No node has ever run on this store.\n";
  nodes.print(s.out, s.on);
}

void print_orders(session& s, const store_status& status, moment now) {
  table orders{{{"STATE"}, {"OUTCOME"}, {"ORDERS", align::right}}};
  for (const state_count& c : status.orders)
    orders.add({{c.state, tint_of(saga_state_from(c.state).value_or(saga_state::rolled_back))},
                c.outcome.empty() ? "-" : c.outcome,
                std::to_string(c.count)});
  if (orders.empty())
    s.out << "No orders yet.\n";
  orders.print(s.out, s.on);
  if (status.oldest_unfinished) {
    const saga& oldest = status.oldest_unfinished->now;
    s.out << "Oldest unfinished: " << oldest.order.value << ", " << sagad::to_string(oldest.state) << " at "
          << current_step(oldest) << ", accepted " << relative(oldest.created_at, now) << ".\n";
  }
}

void print_table(session& s, const store_status& status, const std::vector<std::string>& problems, moment now) {
  s.out << "Store: " << status.store << ", answers.\n\n";
  print_nodes(s, status, now);
  s.out << '\n';
  print_orders(s, status, now);
  if (status.dead_letters != 0)
    s.out << "Dead letters: " << status.dead_letters << ".\n";
  s.out << '\n';
  for (const std::string& problem : problems)
    s.out << tinted(problem, colour::bad, s.on) << '\n';
  if (problems.empty())
    s.out << tinted("Nothing is wrong.", colour::good, s.on) << '\n';
}

} // namespace

std::vector<std::string> problems_of(const store_status& status, const std::string& store, moment now) {
  std::vector<std::string> problems;
  for (const node_view& node : status.nodes)
    if (liveness_of(node, now) == liveness::frozen)
      problems.push_back("The node " + node.name + " holds the store but showed no sign of life for " +
                         tools::to_text(now - node.last_seen_at) + "; restart it.");

  const std::size_t waiting = count_in(status, saga_state::running) + count_in(status, saga_state::compensating);
  if (waiting != 0 && !any_live(status, now))
    problems.push_back(std::to_string(waiting) + (waiting == 1 ? " order waits" : " orders wait") +
                       " and no node runs; start one with `sagad --store " + store + "`.");

  if (const auto& oldest = status.oldest_unfinished;
      oldest && oldest->now.state != saga_state::held && now - oldest->now.created_at > order_age_max)
    problems.push_back("The order " + oldest->now.order.value + " has not ended for " +
                       tools::to_text(now - oldest->now.created_at) + "; see `sagactl order show " +
                       oldest->now.order.value + "`.");

  if (const std::size_t held = count_in(status, saga_state::held); held != 0)
    problems.push_back(std::to_string(held) + (held == 1 ? " order is" : " orders are") +
                       " held for a person; see `sagactl order list --state held`.");
  return problems;
}

exit_code show_status(session& s) {
  if (s.format_or(output_format::table) == output_format::ids)
    return fail(s, exit_code::usage, "A status has no ids; use -o table, json or jsonl.");
  const moment now = s.now();
  const auto status = s.office.status(now);
  if (!status) {
    report(s, status.error());
    return exit_code::unhealthy;
  }
  const auto problems = problems_of(*status, s.store, now);
  print_one(s, to_record(*status, problems, now), "", [&] { print_table(s, *status, problems, now); });
  return problems.empty() ? exit_code::done : exit_code::unhealthy;
}

} // namespace sagad::ctl

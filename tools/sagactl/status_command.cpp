#include "tools/sagactl/status_command.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>

#include "tools/common/duration.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/output.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::ctl {

namespace {

using namespace std::chrono_literals;

/// An order normally ends within seconds.
constexpr milliseconds order_age_max = 1min;

bool lives(const node_view& node, moment now) {
  const liveness l = liveness_of(node, now);
  return l == liveness::live || l == liveness::draining;
}

bool any_live(const store_status& status, moment now) {
  return std::any_of(status.nodes.begin(), status.nodes.end(), [now](const node_view& n) { return lives(n, now); });
}

/// `up`, `down`; `elsewhere` when no node of this store has ever played it, so that the store cannot tell.
std::string_view state_of(std::string_view participant, const store_status& status, moment now) {
  std::string_view state = "elsewhere";
  for (const node_view& node : status.nodes)
    if (std::find(node.plays.begin(), node.plays.end(), participant) != node.plays.end()) {
      if (lives(node, now))
        return "up";
      state = "down";
    }
  return state;
}

/// What the living nodes say of the broker: the first trouble, if any has some; empty when none has a broker.
std::string broker_as_seen(const store_status& status, moment now) {
  std::string seen;
  for (const node_view& node : status.nodes)
    if (lives(node, now) && !node.broker.empty() && (seen.empty() || node.broker != broker_connected))
      seen = node.broker;
  return seen;
}

record to_record(const store_status& status, const std::vector<std::string>& problems, moment now) {
  record r{{"healthy", problems.empty()}, {"problems", problems},
           {"store", status.store},       {"broker", or_null(broker_as_seen(status, now))},
           {"nodes", record::array()},    {"participants", record::array()},
           {"orders", record::array()},   {"oldest_unfinished", nullptr}};
  for (const node_view& node : status.nodes)
    r["nodes"].push_back(as_node(now).to_record(node));
  for (const std::string_view name : checkout::participants::every)
    r["participants"].push_back({{"name", name}, {"state", state_of(name, status, now)}});
  for (const state_count& c : status.orders)
    r["orders"].push_back({{"state", c.state}, {"outcome", or_null(c.outcome)}, {"count", c.count}});
  if (status.oldest_unfinished)
    r["oldest_unfinished"] = to_summary(*status.oldest_unfinished);
  r["dead_letters"] = status.dead_letters;
  r["unpublished"] = status.unpublished;
  return r;
}

void print_nodes(session& s, const store_status& status, moment now) {
  const auto as = as_node(now);
  table nodes{as.columns};
  for (const node_view& node : status.nodes)
    nodes.add(as.row(node));
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
  s.out << "Store: " << status.store << ", answers.\n";
  if (const std::string broker = broker_as_seen(status, now); !broker.empty())
    s.out << "Broker: " << broker << ".\n";
  s.out << '\n';
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
    if (liveness_of(node, now) == liveness::silent)
      problems.push_back("The node " + node.name + " holds its lease but showed no sign of life for " +
                         tools::to_text(now - node.last_seen_at) + "; restart it.");
  if (const std::string broker = broker_as_seen(status, now); !broker.empty() && broker != broker_connected)
    problems.push_back("The broker: " + broker + "; orders and answers wait for it.");

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

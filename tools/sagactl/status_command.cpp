#include "tools/sagactl/status_command.hpp"

#include <memory>
#include <ostream>

#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/output.hpp"
#include "tools/sagactl/shop_health.hpp"
#include "tools/sagactl/stuck_command.hpp"
#include "tools/sagactl/unfinished.hpp"
#include "tools/sagactl/watching.hpp"
#include "workflows/operations/words.hpp"

namespace sagad::ctl {

namespace {

using operations::counted;

record stuck_in(const shop_health& health) {
  record r{{"orders", health.stuck_orders},
           {"at_stake", health.at_stake},
           {"groups", health.stuck.size()},
           {"top", nullptr}};
  if (!health.stuck.empty())
    r["top"] = to_record(health.stuck.front(), {});
  return r;
}

record at_risk_in(const shop_health& health) {
  record r{{"orders", health.at_risk_orders}, {"examples", record::array()}};
  for (const order_id& id : health.at_risk)
    r["examples"].push_back(id.value);
  return r;
}

record to_record(const shop_health& health, const std::vector<std::string>& problems, moment now) {
  const store_status& status = health.status;
  record r{{"healthy", problems.empty()}, {"problems", problems},
           {"store", status.store},       {"broker", or_null(broker_as_seen(status, now))},
           {"nodes", record::array()},    {"participants", record::array()},
           {"orders", record::array()},   {"oldest_unfinished", nullptr}};
  for (const node_view& node : status.nodes)
    r["nodes"].push_back(as_node(now).to_record(node));
  for (const participant_view& p : health.participants)
    r["participants"].push_back(as_participant(now).to_record(p));
  for (const state_count& c : status.orders)
    r["orders"].push_back({{"state", c.state}, {"outcome", or_null(c.outcome)}, {"count", c.count}});
  if (status.oldest_unfinished)
    r["oldest_unfinished"] = to_summary(*status.oldest_unfinished);
  r["stuck"] = stuck_in(health);
  r["at_risk"] = at_risk_in(health);
  r["open_operations"] = status.open_operations;
  r["dead_letters"] = status.dead_letters;
  r["unpublished"] = status.unpublished;
  return r;
}

void print_parts(session& s, const shop_health& health, moment now) {
  table parts{{{"PART"}, {"STATE"}, {"SINCE"}, {"WHAT"}}};
  for (const part_view& p : parts_of(health, now)) {
    const bool unseen = p.state == "elsewhere" || p.state.empty();
    parts.add({p.part,
               {p.state.empty() ? "-" : p.state, !p.well  ? colour::bad
                                                 : unseen ? colour::faint
                                                          : colour::good},
               p.since ? relative(*p.since, now) : "-",
               p.what.empty() ? "-" : p.what});
  }
  parts.print(s.out, s.on);
}

/// Each start of a node stays known. Of those that are gone the latest tell enough, on one screen.
constexpr std::size_t gone_nodes_shown_max = 3;

void print_nodes(session& s, const store_status& status, moment now) {
  const auto as = as_node(now);
  table nodes{as.columns};
  std::size_t gone = 0;
  for (const node_view& node : status.nodes) // the latest first
    if (liveness_of(node, now) != liveness::gone || ++gone <= gone_nodes_shown_max)
      nodes.add(as.row(node));
  if (nodes.empty())
    s.out << "No node has ever run on this store.\n";
  nodes.print(s.out, s.on);
  if (gone > gone_nodes_shown_max)
    s.out << "Gone before: " << counted(gone - gone_nodes_shown_max, "node") << "; see `sagactl node list`.\n";
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
    s.out << "Oldest unfinished: " << for_terminal(oldest.order.value) << ", " << sagad::to_string(oldest.state)
          << " at " << for_terminal(std::string{current_step(oldest)}) << ", accepted "
          << relative(oldest.created_at, now) << ".\n";
  }
}

void print_table(session& s, const shop_health& health, const std::vector<std::string>& problems, moment now) {
  print_parts(s, health, now);
  s.out << '\n';
  print_nodes(s, health.status, now);
  s.out << '\n';
  print_orders(s, health.status, now);
  if (health.status.open_operations != 0)
    s.out << "Under way: " << counted(health.status.open_operations, "operation")
          << "; see `sagactl operation list`.\n";
  if (health.status.dead_letters != 0)
    s.out << "Dead letters: " << health.status.dead_letters << "; see `sagactl deadletter list`.\n";
  s.out << '\n';
  for (const std::string& problem : problems)
    s.out << tinted(for_terminal(problem), colour::bad, s.on) << '\n';
  if (problems.empty())
    s.out << tinted("Nothing is wrong.", colour::good, s.on) << '\n';
}

exit_code tell_of_store(session& s, const store_error& error) {
  if (error.what == store_error::kind::forbidden)
    return report(s, error);
  return show_status_without_store(s.out, s.on, s.format_or(output_format::table), explained(error, s.store));
}

} // namespace

exit_code show_status_without_store(std::ostream& out, const screen& on, output_format format,
                                    const std::string& because) {
  record r{{"healthy", false}, {"problems", record::array({because})}, {"store", nullptr}};
  for (const char* list : {"nodes", "participants", "orders"}) // still lists, for scripts that walk them
    r[list] = record::array();
  for (const char* unknown :
       {"broker", "oldest_unfinished", "stuck", "at_risk", "open_operations", "dead_letters", "unpublished"})
    r[unknown] = nullptr;
  if (format == output_format::json)
    out << indented(r) << '\n';
  else if (format == output_format::jsonl)
    out << one_line(r) << '\n';
  else
    out << "store  " << tinted("down", colour::bad, on) << "\n\n"
        << tinted(for_terminal(because), colour::bad, on) << '\n';
  return exit_code::unhealthy;
}

exit_code show_status(session& s) {
  if (const auto refused = refuse_ids(s, "A status"))
    return *refused;
  const moment now = s.now();
  auto status = s.office.status(now);
  if (!status)
    return tell_of_store(s, status.error());
  const auto unfinished = unfinished_orders(s.office);
  if (!unfinished)
    return tell_of_store(s, unfinished.error());
  const shop_health health = health_of(*std::move(status), *unfinished, s.definitions, now);
  const auto problems = problems_of(health, s.store, now);
  print_one(s, to_record(health, problems, now), "", [&] { print_table(s, health, problems, now); });
  return problems.empty() ? exit_code::done : exit_code::unhealthy;
}

void add_status(CLI::App& app, command_fn& chosen) {
  const auto again = std::make_shared<watch_interval>();
  CLI::App* const verb =
      add_verb(app, chosen, "status", "Tell whether anything is wrong, and what; exit 5 when it is",
               "sagactl status --watch 5", [again](session& s) { return watching(s, *again, show_status); });
  add_watch_option(*verb, *again);
}

} // namespace sagad::ctl

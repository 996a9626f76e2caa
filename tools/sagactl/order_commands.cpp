#include "tools/sagactl/order_commands.hpp"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "tools/sagactl/follow_commands.hpp"
#include "tools/sagactl/order_choice.hpp"
#include "tools/sagactl/order_ids.hpp"
#include "tools/sagactl/order_repairs.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/stuck_command.hpp"
#include "tools/sagactl/submit_command.hpp"
#include "tools/sagactl/why_command.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/duration.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

/// As on the command line; empty: not given.
struct list_options {
  std::string state;
  std::string outcome;
  std::string customer;
  std::string older_than;
  std::string query;
  std::size_t limit = 0;
};

presentation<order_view> as_order(moment now) {
  return {.to_record = to_summary,
          .id = [](const order_view& o) { return o.now.order.value; },
          .columns = {{"ORDER"}, {"CUSTOMER"}, {"STATE"}, {"OUTCOME"}, {"TOTAL", align::right}, {"STEP"}, {"CREATED"}},
          .row = [now](const order_view& o) -> std::vector<cell> {
            const saga& s = o.now;
            const std::string step = current_step(s);
            return {s.order.value,
                    o.customer.value,
                    {std::string{to_string(s.state)}, tint_of(s.state)},
                    s.outcome.empty() ? "-" : s.outcome,
                    std::to_string(o.total),
                    step.empty() ? "-" : step,
                    relative(s.created_at, now)};
          }};
}

exit_code list_orders(session& s, const list_options& wanted) {
  const moment now = s.now();
  order_filter filter;
  filter.state = wanted.state;
  filter.outcome = wanted.outcome;
  filter.customer = wanted.customer;
  if (!wanted.older_than.empty())
    filter.created_before = now - parse_duration(wanted.older_than).value_or(milliseconds{0});
  if (wanted.limit != 0)
    filter.limit = wanted.limit;
  const auto orders = orders_found(s, wanted.query, filter);
  if (!orders)
    return orders.error();
  print_list(s, *orders, as_order(now));
  return exit_code::done;
}

exit_code show_order(session& s, const std::string& typed) {
  const auto order = order_meant(s, typed);
  if (!order)
    return order.error();
  print_one(s, to_record(*order), order->now.order.value, [&] { print_order(s.out, s.on, *order, s.now()); });
  return exit_code::done;
}

/// What they typed may be the beginning of an id.
exit_code with_order(session& s, const std::string& typed, const std::function<exit_code(const order_id&)>& run) {
  const auto order = order_meant(s, typed);
  return order ? run(order->now.order) : order.error();
}

exit_code tell_history_meant(session& s, const std::string& typed, bool follow) {
  if (const auto refused = refuse_ids(s, "A history"))
    return *refused;
  return with_order(s, typed, [&](const order_id& id) { return tell_history(s, id, follow); });
}

exit_code watch_order_meant(session& s, const std::string& typed) {
  return with_order(s, typed, [&](const order_id& id) { return watch_order(s, id); });
}

std::vector<std::string> names_of_states() {
  std::vector<std::string> names;
  for (const saga_state state : {saga_state::running, saga_state::compensating, saga_state::held, saga_state::completed,
                                 saga_state::rolled_back})
    names.emplace_back(to_string(state));
  return names;
}

std::vector<std::string> names_of_outcomes() {
  std::vector<std::string> names{std::string{codes::success}, std::string{codes::timeout}, std::string{codes::unknown},
                                 std::string{codes::cancelled}};
  for (const std::string_view outcome : checkout::checkout_saga.outcomes)
    names.emplace_back(outcome);
  return names;
}

void add_list(CLI::App& orders, command_fn& chosen) {
  const auto wanted = std::make_shared<list_options>();
  CLI::App* const verb =
      add_verb(orders, chosen, "list", "List orders, newest first", "sagactl order list --state held --older-than 5m",
               [wanted](session& s) { return list_orders(s, *wanted); });
  verb->add_option("--state", wanted->state, "Only orders in this state")->check(CLI::IsMember(names_of_states()));
  verb->add_option("--outcome", wanted->outcome, "Only orders that ended, or will, like this")
      ->check(CLI::IsMember(names_of_outcomes()));
  verb->add_option("--customer", wanted->customer, "Only orders of this customer")->check(well_formed_id());
  verb->add_option("--older-than", wanted->older_than, "Only orders accepted longer ago, such as 5m")
      ->check(duration());
  verb->add_option("--query", wanted->query, "Only what this finds, such as 'step=refund-payment and older-than 5m'");
  verb->add_option("--limit", wanted->limit, "At most so many")->check(whole_number(1, 1'000'000'000));
}

CLI::App* add_verb_on_order(CLI::App& orders, command_fn& chosen, const std::string& name, const std::string& summary,
                            const std::string& example, exit_code (*run)(session&, const std::string&)) {
  const auto id = std::make_shared<std::string>();
  CLI::App* const verb = add_verb(orders, chosen, name, summary, example, [=](session& s) { return run(s, *id); });
  verb->add_option("ID", *id, "The order, or what its id begins with")->required();
  return verb;
}

void add_history(CLI::App& orders, command_fn& chosen) {
  const auto id = std::make_shared<std::string>();
  const auto follow = std::make_shared<bool>(false);
  CLI::App* const verb = add_verb(orders, chosen, "history", "Tell what happened to an order, in order",
                                  "sagactl order history o-1001 --follow",
                                  [=](session& s) { return tell_history_meant(s, *id, *follow); });
  verb->add_option("ID", *id, "The order, or what its id begins with")->required();
  verb->add_flag("--follow", *follow, "Go on until the order has ended, or waits for a person: then exit 5");
}

void add_submit(CLI::App& orders, command_fn& chosen) {
  const auto file = std::make_shared<std::string>();
  CLI::App* const verb =
      add_verb(orders, chosen, "submit", "Submit orders, one JSON object a line; tell of each",
               "sagactl order submit orders.ndjson", [file](session& s) { return submit_orders(s, *file); });
  verb->add_option("FILE", *file, "The file, or - for stdin")->required();
}

} // namespace

void add_order_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const orders = app.add_subcommand("order", "Submit orders, see what becomes of them, and help them on");
  orders->require_subcommand(1);
  add_submit(*orders, chosen);
  add_list(*orders, chosen);
  add_verb_on_order(*orders, chosen, "show", "Show where an order stands", "sagactl order show o-1001 -o json",
                    show_order);
  add_history(*orders, chosen);
  add_verb_on_order(*orders, chosen, "watch", "Watch an order until it ends; exit 5 when it is held",
                    "sagactl order watch o-1001", watch_order_meant);
  add_verb_on_order(*orders, chosen, "why", "Tell in plain words why an order stands where it stands, and what helps",
                    "sagactl order why o-1001", tell_why);
  add_stuck(*orders, chosen);
  add_repairs(*orders, chosen);
}

} // namespace sagad::ctl

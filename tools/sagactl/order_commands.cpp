#include "tools/sagactl/order_commands.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "tools/sagactl/follow_commands.hpp"
#include "tools/sagactl/order_view.hpp"
#include "tools/sagactl/submit_command.hpp"
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
  const auto orders = s.office.list_orders(filter);
  if (!orders)
    return report(s, orders.error());
  print_list(s, *orders, as_order(now));
  return exit_code::done;
}

exit_code show_order(session& s, const order_id& id) {
  const auto order = s.office.find_order(id);
  if (!order)
    return report(s, order.error());
  if (!*order)
    return no_such_order(s, id);
  print_one(s, to_record(**order), id.value, [&] { print_order(s.out, s.on, **order, s.now()); });
  return exit_code::done;
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
  verb->add_option("--limit", wanted->limit, "At most so many")->check(whole_number(1, 1'000'000'000));
}

CLI::App* add_verb_on_order(CLI::App& orders, command_fn& chosen, const std::string& name, const std::string& summary,
                            const std::string& example, exit_code (*run)(session&, const order_id&)) {
  const auto id = std::make_shared<std::string>();
  CLI::App* const verb =
      add_verb(orders, chosen, name, summary, example, [=](session& s) { return run(s, order_id{*id}); });
  verb->add_option("ID", *id, "The order")->required();
  return verb;
}

void add_history(CLI::App& orders, command_fn& chosen) {
  const auto id = std::make_shared<std::string>();
  const auto follow = std::make_shared<bool>(false);
  CLI::App* const verb = add_verb(orders, chosen, "history", "Tell what happened to an order, in order",
                                  "sagactl order history o-1001 --follow",
                                  [=](session& s) { return tell_history(s, order_id{*id}, *follow); });
  verb->add_option("ID", *id, "The order")->required();
  verb->add_flag("--follow", *follow, "Go on until the order has ended");
}

void add_submit(CLI::App& orders, command_fn& chosen) {
  const auto file = std::make_shared<std::string>();
  CLI::App* const verb =
      add_verb(orders, chosen, "submit", "Submit orders, one JSON object a line; tell of each",
               "sagactl order submit orders.ndjson", [file](session& s) { return submit_orders(s, *file); });
  verb->add_option("FILE", *file, "The file, or - for stdin")->required();
}

} // namespace

exit_code no_such_order(session& s, const order_id& id) {
  return fail(s, exit_code::not_found,
              "There is no order '" + printable(id.value) + "'; `sagactl order list` shows those there are.");
}

void add_order_group(CLI::App& app, command_fn& chosen) {
  CLI::App* const orders = app.add_subcommand("order", "Submit orders and see what becomes of them");
  orders->require_subcommand(1);
  add_submit(*orders, chosen);
  add_list(*orders, chosen);
  add_verb_on_order(*orders, chosen, "show", "Show where an order stands", "sagactl order show o-1001 -o json",
                    show_order);
  add_history(*orders, chosen);
  add_verb_on_order(*orders, chosen, "watch", "Watch an order until it ends; exit 5 when it is held",
                    "sagactl order watch o-1001", watch_order);
}

} // namespace sagad::ctl

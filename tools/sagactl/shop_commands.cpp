#include "tools/sagactl/shop_commands.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "tools/sagactl/output.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

using checkout::amount_max;

presentation<catalog_entry> as_price() {
  return {.to_record = [](const catalog_entry& e) -> record {
            return {{"sku", e.item.value}, {"price", e.price}};
          },
          .id = [](const catalog_entry& e) { return e.item.value; },
          .columns = {{"SKU"}, {"PRICE", align::right}},
          .row = [](const catalog_entry& e) -> std::vector<cell> {
            return {e.item.value, std::to_string(e.price)};
          }};
}

presentation<stock_level> as_level() {
  return {.to_record = [](const stock_level& l) -> record {
            return {{"sku", l.item.value}, {"available", l.available}, {"reserved", l.reserved}};
          },
          .id = [](const stock_level& l) { return l.item.value; },
          .columns = {{"SKU"}, {"AVAILABLE", align::right}, {"RESERVED", align::right}},
          .row = [](const stock_level& l) -> std::vector<cell> {
            return {l.item.value, std::to_string(l.available), std::to_string(l.reserved)};
          }};
}

presentation<wallet> as_wallet() {
  return {.to_record = [](const wallet& w) -> record {
            return {{"customer_id", w.customer.value}, {"balance", w.balance}, {"opened", w.opened}};
          },
          .id = [](const wallet& w) { return w.customer.value; },
          .columns = {{"CUSTOMER"}, {"BALANCE", align::right}, {"OPENED"}},
          .row = [](const wallet& w) -> std::vector<cell> {
            return {w.customer.value, std::to_string(w.balance), w.opened ? "yes" : "not yet"};
          }};
}

/// Prints what was found, or tells why it was not.
template <class T>
exit_code tell_all(session& s, const store_result<std::vector<T>>& found, const presentation<T>& as) {
  if (!found)
    return report(s, found.error());
  print_list(s, *found, as);
  return exit_code::done;
}

/// Prints what it has become, or refuses when it would not fit.
template <class T>
exit_code tell_changed(session& s, const store_result<std::optional<T>>& changed, const presentation<T>& as,
                       const std::string& what) {
  if (!changed)
    return report(s, changed.error());
  if (!*changed)
    return fail(s, exit_code::failed, what + " would grow beyond what can be counted; nothing was added. Add less.");
  print_one(s, **changed, as);
  return exit_code::done;
}

exit_code set_price(session& s, const sku& item, checkout::money price) {
  const auto done = s.office.set_price(item, price);
  if (!done)
    return report(s, done.error());
  print_one(s, catalog_entry{item, price}, as_price());
  return exit_code::done;
}

exit_code show_stock_of(session& s, const sku& item) {
  const auto levels = s.office.stock();
  if (!levels)
    return report(s, levels.error());
  const auto level = std::find_if(levels->begin(), levels->end(), [&](const stock_level& l) { return l.item == item; });
  if (level != levels->end()) {
    print_one(s, *level, as_level());
    return exit_code::done;
  }
  // What is sold and was never stocked is out of stock, not unknown.
  const auto prices = s.office.catalog();
  if (!prices)
    return report(s, prices.error());
  if (std::none_of(prices->begin(), prices->end(), [&](const catalog_entry& e) { return e.item == item; }))
    return fail(s, exit_code::not_found,
                "There is no item '" + printable(item.value) +
                    "'; `sagactl stock show` and `sagactl catalog list` show those there are.");
  print_one(s, stock_level{item, 0, 0}, as_level());
  return exit_code::done;
}

exit_code show_wallet(session& s, const customer_id& customer) {
  const auto found = s.office.find_wallet(customer);
  if (!found)
    return report(s, found.error());
  print_one(s, *found, as_wallet());
  return exit_code::done;
}

/// A thing that is named and a number about it.
struct subject {
  std::string name;
  std::int64_t amount = 0;
};

void add_catalog(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("catalog", "What is sold at which price");
  group->require_subcommand(1);
  const auto what = std::make_shared<subject>();
  CLI::App* const set = add_verb(*group, chosen, "set", "Sell an item at a price from now on",
                                 "sagactl catalog set late_token --price 250",
                                 [what](session& s) { return set_price(s, sku{what->name}, what->amount); });
  set->add_option("SKU", what->name, "The item")->required()->check(well_formed_id());
  set->add_option("--price", what->amount, "In minor units (cents)")->required()->check(whole_number(0, amount_max));
  add_verb(*group, chosen, "list", "List all items and prices", "sagactl catalog list -o json",
           [](session& s) { return tell_all(s, s.office.catalog(), as_price()); });
}

void add_stock(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("stock", "What is on the shelves");
  group->require_subcommand(1);
  const auto what = std::make_shared<subject>();
  CLI::App* const add =
      add_verb(*group, chosen, "add", "Put units on the shelf", "sagactl stock add late_token 500", [what](session& s) {
        return tell_changed(s, s.office.add_stock(sku{what->name}, what->amount), as_level(), "The stock");
      });
  add->add_option("SKU", what->name, "The item")->required()->check(well_formed_id());
  add->add_option("N", what->amount, "Units that come in")->required()->check(whole_number(1, amount_max));

  const auto shown = std::make_shared<std::string>();
  CLI::App* const show = add_verb(
      *group, chosen, "show", "Show the level of one item or of all", "sagactl stock show", [shown](session& s) {
        return shown->empty() ? tell_all(s, s.office.stock(), as_level()) : show_stock_of(s, sku{*shown});
      });
  show->add_option("SKU", *shown, "The item; all when left out");
}

void add_wallet(CLI::App& app, command_fn& chosen) {
  CLI::App* const group = app.add_subcommand("wallet", "What the customers have");
  group->require_subcommand(1);
  const auto what = std::make_shared<subject>();
  CLI::App* const credit = add_verb(
      *group, chosen, "credit", "Give a customer money", "sagactl wallet credit alice 1000", [what](session& s) {
        return tell_changed(s, s.office.credit(customer_id{what->name}, what->amount), as_wallet(), "The balance");
      });
  credit->add_option("CUSTOMER", what->name, "The customer")->required()->check(well_formed_id());
  credit->add_option("N", what->amount, "In minor units (cents)")->required()->check(whole_number(1, amount_max));

  const auto shown = std::make_shared<std::string>();
  CLI::App* const show =
      add_verb(*group, chosen, "show", "Show a customer's balance; of a new one, what they start with",
               "sagactl wallet show alice", [shown](session& s) { return show_wallet(s, customer_id{*shown}); });
  show->add_option("CUSTOMER", *shown, "The customer")->required()->check(well_formed_id());
  add_verb(*group, chosen, "list", "List the wallets of all who ever bought", "sagactl wallet list -o jsonl",
           [](session& s) { return tell_all(s, s.office.wallets(), as_wallet()); });
}

} // namespace

void add_shop_groups(CLI::App& app, command_fn& chosen) {
  add_catalog(app, chosen);
  add_stock(app, chosen);
  add_wallet(app, chosen);
}

} // namespace sagad::ctl

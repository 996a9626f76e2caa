#include "adapters/sqlite/inventory_ledger.hpp"

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

namespace {

/// From available to reserved; a negative number goes back.
constexpr auto move = "UPDATE stock SET available = available - ?2, reserved = reserved + ?2 WHERE sku = ?1";
constexpr auto select_level = "SELECT available, reserved, added FROM stock WHERE sku = ?1";
constexpr auto insert_units = "INSERT INTO reserved_units (saga, step, sku, units) VALUES (?1, ?2, ?3, ?4)";
constexpr auto select_units = "SELECT sku, units FROM reserved_units WHERE saga = ?1 AND step = ?2 AND released = 0";
constexpr auto release = "UPDATE reserved_units SET released = 1 WHERE saga = ?1 AND step = ?2";
constexpr auto add_units = "INSERT INTO stock (sku, available, reserved, added) VALUES (?1, ?2, 0, ?2) "
                           "ON CONFLICT DO UPDATE SET available = available + ?2, added = added + ?2";
constexpr auto select_all = "SELECT sku, available, reserved FROM stock ORDER BY sku";

} // namespace

inventory_ledger::inventory_ledger(const connection& on)
    : move_(on, sqlite::move), select_(on, select_level), insert_units_(on, insert_units),
      select_units_(on, select_units), release_(on, release), add_(on, add_units), select_all_(on, select_all) {}

ledger_answer inventory_ledger::apply(const effect_key& key, const reservation& what) {
  const auto wanted = units_by_item(what.lines);
  for (const checkout::order_line& line : wanted)
    if (const auto available = select_.integer(line.item.value).value_or(0); available < line.count)
      return insufficient_inventory(line.item, available, line.count);
  for (const checkout::order_line& line : wanted) {
    move_.run(line.item.value, line.count);
    insert_units_.run(key.saga, key.step, line.item.value, line.count);
  }
  return done();
}

void inventory_ledger::reverse(const effect_key& key) {
  std::vector<checkout::order_line> held;
  select_units_.each(
      [&](const row& r) { held.push_back({.item = sku{r.text(0)}, .count = r.integer(1), .unit_price = {}}); },
      key.saga, key.step);
  for (const checkout::order_line& line : held)
    if (move_.run(line.item.value, -line.count) != 1)
      throw failure{store_error::kind::corrupt, "the shelf of " + line.item.value + " is missing"};
  release_.run(key.saga, key.step);
}

std::optional<stock_level> inventory_ledger::add(const sku& item, checkout::quantity count) {
  stock_level level{.item = item};
  checkout::quantity added = 0;
  select_.first(
      [&](const row& r) {
        level.available = r.integer(0);
        level.reserved = r.integer(1);
        added = r.integer(2);
      },
      item.value);
  if (!raised(added, count))
    return std::nullopt;
  add_.run(item.value, count);
  level.available += count;
  return level;
}

std::vector<stock_level> inventory_ledger::all() {
  std::vector<stock_level> found;
  select_all_.each([&](const row& r) {
    found.push_back({.item = sku{r.text(0)}, .available = r.integer(1), .reserved = r.integer(2)});
  });
  return found;
}

} // namespace sagad::sqlite

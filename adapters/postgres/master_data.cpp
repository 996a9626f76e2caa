#include "adapters/postgres/master_data.hpp"

#include "adapters/postgres/row.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::postgres {

namespace {

constexpr statement upsert_price{
    "upsert_price",
    "INSERT INTO catalog (sku, price) VALUES ($1, $2) ON CONFLICT (sku) DO UPDATE SET price = excluded.price"};
constexpr statement select_catalog{"select_catalog", "SELECT sku, price FROM catalog ORDER BY sku"};

constexpr statement lock_shelf{"lock_shelf", "SELECT available, reserved, added FROM stock WHERE sku = $1 FOR UPDATE"};
constexpr statement new_shelf{"new_shelf",
                              "INSERT INTO stock (sku, available, reserved, added) VALUES ($1, $2, 0, $2)"};
constexpr statement fill_shelf{"fill_shelf",
                               "UPDATE stock SET available = available + $2, added = added + $2 WHERE sku = $1"};
constexpr statement select_stock{"select_stock", "SELECT sku, available, reserved FROM stock ORDER BY sku"};

constexpr statement lock_wallet{"lock_wallet", "SELECT balance, credited FROM wallets WHERE customer = $1 FOR UPDATE"};
constexpr statement new_wallet{"new_wallet", "INSERT INTO wallets (customer, balance, credited) VALUES ($1, $2, $2)"};
constexpr statement fill_wallet{
    "fill_wallet", "UPDATE wallets SET balance = balance + $2, credited = credited + $2 WHERE customer = $1"};
constexpr statement select_wallet{"select_wallet", "SELECT balance FROM wallets WHERE customer = $1"};
constexpr statement select_all_wallets{"select_all_wallets", "SELECT customer, balance FROM wallets ORDER BY customer"};

} // namespace

void master_data::set_price(pqxx::transaction_base& t, const sku& item, checkout::money price) {
  on_.run(t, upsert_price, item.value, price);
}

std::vector<catalog_entry> master_data::catalog(pqxx::transaction_base& t) {
  std::vector<catalog_entry> found;
  const pqxx::result rows = on_.run(t, select_catalog);
  each(rows, [&](const row& r) { found.push_back({.item = sku{r.text(0)}, .price = r.integer(1)}); });
  return found;
}

std::optional<stock_level> master_data::add_stock(pqxx::transaction_base& t, const sku& item,
                                                  checkout::quantity count) {
  const pqxx::result found = on_.run(t, lock_shelf, item.value);
  stock_level level{.item = item};
  checkout::quantity added = 0;
  each(found, [&](const row& r) {
    level.available = r.integer(0);
    level.reserved = r.integer(1);
    added = r.integer(2);
  });
  if (!raised(added, count))
    return std::nullopt;
  on_.run(t, found.empty() ? new_shelf : fill_shelf, item.value, count);
  level.available += count;
  return level;
}

std::vector<stock_level> master_data::stock(pqxx::transaction_base& t) {
  std::vector<stock_level> found;
  const pqxx::result rows = on_.run(t, select_stock);
  each(rows, [&](const row& r) {
    found.push_back({.item = sku{r.text(0)}, .available = r.integer(1), .reserved = r.integer(2)});
  });
  return found;
}

std::optional<wallet> master_data::credit(pqxx::transaction_base& t, const customer_id& customer,
                                          checkout::money amount, checkout::money initial_credit) {
  const pqxx::result found = on_.run(t, lock_wallet, customer.value);
  checkout::money balance = initial_credit;
  checkout::money credited = initial_credit;
  each(found, [&](const row& r) {
    balance = r.integer(0);
    credited = r.integer(1);
  });
  if (found.empty())
    on_.run(t, new_wallet, customer.value, initial_credit);
  const auto after = raised(balance, amount);
  if (!after || !raised(credited, amount))
    return std::nullopt;
  on_.run(t, fill_wallet, customer.value, amount);
  return wallet{.customer = customer, .balance = *after};
}

std::optional<wallet> master_data::find_wallet(pqxx::transaction_base& t, const customer_id& customer) {
  const pqxx::result found = on_.run(t, select_wallet, customer.value);
  if (found.empty())
    return std::nullopt;
  return wallet{.customer = customer, .balance = row{found.front()}.integer(0)};
}

std::vector<wallet> master_data::wallets(pqxx::transaction_base& t) {
  std::vector<wallet> found;
  const pqxx::result rows = on_.run(t, select_all_wallets);
  each(rows, [&](const row& r) { found.push_back({.customer = customer_id{r.text(0)}, .balance = r.integer(1)}); });
  return found;
}

} // namespace sagad::postgres

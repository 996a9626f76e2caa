#include "adapters/postgres/book_reader.hpp"

#include <utility>

#include "adapters/postgres/key_columns.hpp"
#include "adapters/postgres/row.hpp"
#include "workflows/ports/stored_rows.hpp"

namespace sagad::postgres {

namespace {

constexpr statement select_inbox{
    "select_inbox", "SELECT i.saga, i.step, i.recorded, i.kind, i.code, i.detail, i.result "
                    "FROM unnest($1::text[], $2::text[]) AS u(saga, step) JOIN inbox i USING (saga, step)"};
constexpr statement select_charges{
    "select_charges",
    "SELECT c.saga, c.step, c.customer, c.amount FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
    "JOIN charges c USING (saga, step) WHERE NOT c.undone"};
constexpr statement select_units{
    "select_units", "SELECT r.saga, r.step, r.sku, r.units FROM unnest($1::text[], $2::text[]) AS u(saga, step) "
                    "JOIN reserved_units r USING (saga, step) WHERE NOT r.released ORDER BY r.saga, r.step, r.sku"};
constexpr statement select_wallets{"select_wallets",
                                   "SELECT customer, balance FROM wallets WHERE customer = ANY ($1::text[])"};
constexpr statement lock_wallets{"lock_wallets", "SELECT customer, balance FROM wallets "
                                                 "WHERE customer = ANY ($1::text[]) ORDER BY customer FOR UPDATE"};
constexpr statement select_shelves{"select_shelves", "SELECT sku, available FROM stock WHERE sku = ANY ($1::text[])"};
constexpr statement lock_shelves{
    "lock_shelves", "SELECT sku, available FROM stock WHERE sku = ANY ($1::text[]) ORDER BY sku FOR UPDATE"};

key_columns columns_of(const std::vector<const effect_key*>& keys) {
  key_columns columns;
  for (const effect_key* k : keys)
    columns.add(*k);
  return columns;
}

effect_key key_in(const row& r) { return {.saga = r.text(0), .step = r.text(1)}; }

std::optional<effect_key> key_of(const ledger_command& c) {
  const auto parts = split_key(c.idempotency_key);
  return parts ? std::optional{effect_key{std::string{parts->saga}, std::string{parts->step}}} : std::nullopt;
}

array_literal array_of(const std::set<std::string>& texts) {
  array_literal all;
  for (const std::string& text : texts)
    all.add(text);
  return all;
}

} // namespace

void book_reader::read_pages(const std::vector<ledger_command>& commands) {
  for (const ledger_command& c : commands)
    if (auto key = key_of(c))
      book_.pages.try_emplace(*std::move(key));
  key_columns keys;
  for (const auto& [key, unread] : book_.pages)
    keys.add(key);
  const pqxx::result found = on_.run(t_, select_inbox, keys.saga.text(), keys.step.text());
  each(found, [&](const row& r) {
    page& p = book_.pages[key_in(r)];
    p.known = remembered_in(r, 2);
    p.is_stored = true;
  });
}

void book_reader::read_effects_to_undo(const std::vector<ledger_command>& commands) {
  std::set<effect_key> to_undo;
  for (const ledger_command& c : commands)
    if (auto key = c.what == action::undo ? key_of(c) : std::nullopt)
      to_undo.insert(*std::move(key));
  std::vector<const effect_key*> charges;
  std::vector<const effect_key*> units;
  for (const effect_key& key : to_undo) {
    const page& p = book_.pages[key];
    if (p.known.what != recorded::succeeded)
      continue;
    if (p.known.kind == kind_of(charge{}))
      charges.push_back(&key);
    if (p.known.kind == kind_of(reservation{}))
      units.push_back(&key);
  }
  if (!charges.empty())
    read_charges(charges);
  if (!units.empty())
    read_units(units);
}

void book_reader::read_charges(const std::vector<const effect_key*>& keys) {
  const key_columns k = columns_of(keys);
  const pqxx::result found = on_.run(t_, select_charges, k.saga.text(), k.step.text());
  if (found.size() != keys.size())
    throw conflict{}; // undone since the inbox was read; and if it is missing, the write back says so
  each(found, [&](const row& r) {
    page& p = book_.pages[key_in(r)];
    p.customer = customer_id{r.text(2)};
    p.amount = r.integer(3);
  });
}

void book_reader::read_units(const std::vector<const effect_key*>& keys) {
  const key_columns k = columns_of(keys);
  const pqxx::result found = on_.run(t_, select_units, k.saga.text(), k.step.text());
  each(found, [&](const row& r) {
    book_.pages[key_in(r)].units.push_back({.item = sku{r.text(2)}, .count = r.integer(3), .unit_price = {}});
  });
}

void book_reader::read_levels(const std::vector<ledger_command>& commands, bool locked) {
  std::set<std::string> customers;
  std::set<std::string> items;
  for (const ledger_command& c : commands) {
    if (const auto* what = std::get_if<charge>(&c.on))
      customers.insert(what->customer.value);
    if (const auto* what = std::get_if<reservation>(&c.on))
      for (const checkout::order_line& line : what->lines)
        items.insert(line.item.value);
  }
  for (const auto& [key, p] : book_.pages) {
    if (!p.customer.value.empty())
      customers.insert(p.customer.value);
    for (const checkout::order_line& line : p.units)
      items.insert(line.item.value);
  }
  if (!customers.empty())
    read_wallets(customers, locked);
  if (!items.empty())
    read_shelves(items, locked);
  require_levels_of_effects();
}

void book_reader::read_wallets(const std::set<std::string>& customers, bool locked) {
  const pqxx::result found = on_.run(t_, locked ? lock_wallets : select_wallets, array_of(customers).text());
  each(found, [&](const row& r) { book_.wallets[r.text(0)].balance.now = r.integer(1); });
}

void book_reader::read_shelves(const std::set<std::string>& items, bool locked) {
  const pqxx::result found = on_.run(t_, locked ? lock_shelves : select_shelves, array_of(items).text());
  each(found, [&](const row& r) { book_.shelves[r.text(0)].now = r.integer(1); });
}

void book_reader::require_levels_of_effects() const {
  for (const auto& [key, p] : book_.pages) {
    if (!p.customer.value.empty() && !book_.wallets.contains(p.customer.value))
      throw failure{store_error::kind::corrupt, "the wallet of a charge of saga " + key.saga + " is missing"};
    for (const checkout::order_line& line : p.units)
      if (!book_.shelves.contains(line.item.value))
        throw failure{store_error::kind::corrupt, "the shelf of " + line.item.value + " is missing"};
  }
}

} // namespace sagad::postgres

#include "adapters/memory/audit.hpp"

#include <algorithm>
#include <numeric>

#include "workflows/ports/auditor.hpp"

namespace sagad::memory {

namespace {

void audit_nodes(const world& w, auditor& checks) {
  std::vector<std::uint64_t> epochs(w.nodes.size());
  std::iota(epochs.begin(), epochs.end(), 1U);
  checks.nodes(epochs, w.lease_epoch);
}

void audit_orders(const world& w, auditor& checks) {
  std::unordered_map<std::string_view, std::vector<inbox_account>> inboxes;
  for (const auto& [key, known] : w.ledger.inbox) {
    const auto parts = split_key(key).value();
    if (w.orders.contains(saga_id{std::string{parts.saga}}))
      inboxes[parts.saga].push_back({.step = std::string{parts.step}, .what = known.what});
    else if (known.what == recorded::succeeded)
      checks.stray_effect(parts.saga, parts.step);
  }
  for (const order_row* o : w.by_number)
    checks.order({.id = o->now.order,
                  .now = &o->now,
                  .owner = o->owner,
                  .claimable = o->claimable_at.has_value(),
                  .inbox = inboxes[o->now.id.value]});
}

bool is_recorded(const books& b, const std::string& key, std::string_view kind) {
  const auto known = b.inbox.find(key);
  return known != b.inbox.end() && known->second.what == recorded::succeeded && known->second.kind == kind;
}

/// Each effect's own row against its record, both ways.
template <class Rows, class InForce>
void audit_effects(const books& b, const Rows& rows, const effect& what, InForce in_force, auditor& checks) {
  const std::string_view kind = kind_of(what);
  const auto complain = [&](const std::string& key) {
    const auto parts = split_key(key).value();
    checks.torn_effect(parts.saga, parts.step, kind);
  };
  for (const auto& [key, effect_row] : rows)
    if (in_force(effect_row) != is_recorded(b, key, kind))
      complain(key);
  for (const auto& [key, known] : b.inbox)
    if (is_recorded(b, key, kind) && !rows.contains(key))
      complain(key);
}

void audit_money(const books& b, auditor& checks) {
  std::unordered_map<customer_id, wallet_account> accounts;
  for (const auto& [customer, w] : b.wallets)
    accounts[customer] = {.customer = customer, .balance = w.balance, .credited = w.credited};
  for (const auto& [key, c] : b.charges) {
    wallet_account& account = accounts[c.customer];
    account.customer = c.customer;
    account.charged += c.undone ? 0 : c.amount;
  }
  for (const auto& [customer, account] : accounts)
    checks.wallet(account);
}

void audit_stock(const books& b, auditor& checks) {
  std::unordered_map<sku, shelf_account> accounts;
  for (const auto& [item, s] : b.shelves)
    accounts[item] = {.item = item, .available = s.available, .reserved = s.reserved, .added = s.added};
  for (const auto& [key, r] : b.reservations)
    for (const checkout::order_line& line : r.units) {
      shelf_account& account = accounts[line.item];
      account.item = line.item;
      account.held_by_orders += r.released ? 0 : line.count;
    }
  for (const auto& [item, account] : accounts)
    checks.shelf(account);
}

} // namespace

audit_report audit_world(const world& w) {
  auditor checks;
  const books& b = w.ledger;
  audit_nodes(w, checks);
  audit_orders(w, checks);
  audit_effects(
      b, b.charges, charge{}, [](const charge_row& r) { return !r.undone; }, checks);
  audit_effects(
      b, b.reservations, reservation{}, [](const reservation_row& r) { return !r.released; }, checks);
  audit_effects(
      b, b.shipments, shipment{}, [](const shipment_row& r) { return !r.cancelled; }, checks);
  audit_money(b, checks);
  audit_stock(b, checks);
  return std::move(checks).report();
}

} // namespace sagad::memory

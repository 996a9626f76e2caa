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
  for (const node_row& n : w.nodes)
    checks.plays(n.options.plays);
}

using accounts_by_saga = std::unordered_map<std::string_view, effects_account>;

template <class Rows, class InForce>
void gather(accounts_by_saga& accounts, const Rows& rows, const effect& what, InForce in_force) {
  for (const auto& [key, effect_row] : rows) {
    const auto parts = split_key(key).value();
    accounts[parts.saga].effects.push_back(
        {.step = std::string{parts.step}, .kind = kind_of(what), .in_force = in_force(effect_row)});
  }
}

accounts_by_saga all_effects(const books& b) {
  accounts_by_saga accounts;
  for (const auto& [key, known] : b.inbox) {
    const auto parts = split_key(key).value();
    accounts[parts.saga].inbox.push_back({.step = std::string{parts.step}, .what = known.what, .kind = known.kind});
  }
  gather(accounts, b.charges, charge{}, [](const charge_row& r) { return !r.undone; });
  gather(accounts, b.reservations, reservation{}, [](const reservation_row& r) { return !r.released; });
  gather(accounts, b.shipments, shipment{}, [](const shipment_row& r) { return !r.cancelled; });
  return accounts;
}

void audit_orders(const world& w, auditor& checks) {
  auto accounts = all_effects(w.ledger);
  checks.takes_orders(!w.orders.empty());
  for (const order_row* o : w.by_number) {
    checks.order({.id = o->now.order,
                  .now = &o->now,
                  .owner = o->owner,
                  .claimable = o->claimable_at.has_value(),
                  .done = accounts[o->now.id.value]});
    accounts.erase(o->now.id.value);
  }
  for (const auto& [saga, done] : accounts)
    checks.stranger(saga, done);
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

audit_report audit_world(const world& w, const definition& begins) {
  auditor checks{begins};
  const books& b = w.ledger;
  audit_nodes(w, checks);
  audit_orders(w, checks);
  audit_money(b, checks);
  audit_stock(b, checks);
  return std::move(checks).report();
}

} // namespace sagad::memory

#include "adapters/postgres/audit.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/nodes.hpp"
#include "adapters/postgres/row_stream.hpp"
#include "adapters/postgres/saga_rows.hpp"
#include "workflows/ports/auditor.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::postgres {

namespace {

constexpr auto wallet_accounts =
    "SELECT coalesce(w.customer, c.customer), coalesce(w.balance, 0), coalesce(w.credited, 0), coalesce(c.amount, 0) "
    "FROM wallets w FULL JOIN (SELECT customer, sum(amount)::bigint AS amount FROM charges WHERE NOT undone "
    "GROUP BY customer) c ON c.customer = w.customer";

constexpr auto shelf_accounts =
    "SELECT coalesce(s.sku, h.sku), coalesce(s.available, 0), coalesce(s.reserved, 0), coalesce(s.added, 0), "
    "coalesce(h.units, 0) FROM stock s FULL JOIN (SELECT sku, sum(units)::bigint AS units FROM reserved_units "
    "WHERE NOT released GROUP BY sku) h ON h.sku = s.sku";

const std::string order_accounts = "SELECT " + std::string{saga_columns} +
                                   ", s.owner, s.claimable_at, s.id IS NOT NULL, o.id "
                                   "FROM orders o LEFT JOIN sagas s USING (id) ORDER BY o.id";

// All in the order of the sagas, by bytes: in the database and in here alike.
constexpr auto inbox_accounts = "SELECT saga, step, recorded, kind FROM inbox ORDER BY saga, step";
constexpr auto charge_accounts = "SELECT saga, step, NOT undone FROM charges ORDER BY saga, step";
constexpr auto reservation_accounts =
    "SELECT saga, step, bool_and(NOT released) FROM reserved_units GROUP BY saga, step ORDER BY saga, step";
constexpr auto shipment_accounts = "SELECT saga, step, NOT cancelled FROM shipments ORDER BY saga, step";

/// The rows of a table whose first column is a saga.
class walk {
public:
  walk(pqxx::transaction_base& t, const std::string& name, const char* sql) : rows_(t, name, sql) { look(); }

  /// The saga at which it stands; none at the end.
  const std::optional<std::string>& saga() const { return saga_; }

  /// Shows `on_row` the rows of `saga`, at which it stands or not.
  template <class OnRow>
  void of(const std::string& saga, OnRow&& on_row) {
    for (; saga_ == saga; rows_.advance(), look())
      rows_.show(on_row);
  }

private:
  void look() {
    saga_.reset();
    if (!rows_.is_at_end())
      rows_.show([this](const row& r) { saga_ = r.text(0); });
  }

  row_stream rows_;
  std::optional<std::string> saga_;
};

/// What the participants did, saga by saga. All tables are walked side by side, each once.
class effects_walk {
public:
  explicit effects_walk(pqxx::transaction_base& t)
      : inbox_(t, "inbox_walk", inbox_accounts), charges_(t, "charges_walk", charge_accounts),
        reservations_(t, "reservations_walk", reservation_accounts),
        shipments_(t, "shipments_walk", shipment_accounts) {}

  /// The first saga that has not been shown yet; none at the end.
  std::optional<std::string> next() const {
    std::optional<std::string> first;
    for (const walk* w : {&inbox_, &charges_, &reservations_, &shipments_})
      if (w->saga() && (!first || *w->saga() < *first))
        first = w->saga();
    return first;
  }

  const effects_account& of(const std::string& saga) {
    done_.inbox.clear();
    done_.effects.clear();
    inbox_.of(saga, [this](const row& r) { done_.inbox.push_back(inbox_account_in(r)); });
    gather(charges_, saga, charge{});
    gather(reservations_, saga, reservation{});
    gather(shipments_, saga, shipment{});
    return done_;
  }

private:
  void gather(walk& rows, const std::string& saga, const effect& what) {
    rows.of(saga, [&](const row& r) {
      done_.effects.push_back({.step = r.text(1), .kind = kind_of(what), .in_force = r.truth(2)});
    });
  }

  walk inbox_;
  walk charges_;
  walk reservations_;
  walk shipments_;
  effects_account done_;
};

/// There is no one lease here: each node that is not fenced holds its own.
void audit_nodes(pqxx::transaction_base& t, auditor& checks) {
  std::vector<std::uint64_t> epochs;
  const pqxx::result found = t.exec("SELECT epoch, plays FROM nodes");
  each(found, [&](const row& r) {
    epochs.push_back(r.count(0));
    checks.plays(plays_in(r.view(1)));
  });
  checks.nodes(epochs, epochs.empty() ? 0 : *std::max_element(epochs.begin(), epochs.end()));
  checks.takes_orders(!t.exec("SELECT FROM orders LIMIT 1").empty());
}

void audit_order(const row& r, const effects_account& done, auditor& checks) {
  order_account account{.id = order_id{r.text(after_saga + 3)}, .owner = {}, .done = done};
  if (!r.truth(after_saga + 2))
    return checks.order(account);
  const auto now = read_saga(r);
  if (!now)
    return checks.unreadable_order(account.id, now.error().detail, done);
  account.now = &*now;
  account.owner = r.maybe_count(after_saga);
  account.claimable = !r.is_null(after_saga + 1);
  checks.order(account);
}

void audit_strangers(effects_walk& effects, const std::optional<std::string>& before, auditor& checks) {
  for (auto saga = effects.next(); saga && (!before || *saga < *before); saga = effects.next())
    checks.stranger(*saga, effects.of(*saga));
}

void audit_orders(pqxx::transaction_base& t, auditor& checks) {
  effects_walk effects{t};
  for (row_stream orders{t, "orders_walk", order_accounts}; !orders.is_at_end(); orders.advance())
    orders.show([&](const row& r) {
      const std::string id = r.text(after_saga + 3);
      audit_strangers(effects, id, checks);
      audit_order(r, effects.of(id), checks);
    });
  audit_strangers(effects, std::nullopt, checks);
}

void audit_money(pqxx::transaction_base& t, auditor& checks) {
  for (row_stream accounts{t, "wallets_walk", wallet_accounts}; !accounts.is_at_end(); accounts.advance())
    accounts.show([&](const row& r) { checks.wallet(wallet_account_in(r)); });
}

void audit_stock(pqxx::transaction_base& t, auditor& checks) {
  for (row_stream accounts{t, "stock_walk", shelf_accounts}; !accounts.is_at_end(); accounts.advance())
    accounts.show([&](const row& r) { checks.shelf(shelf_account_in(r)); });
}

} // namespace

audit_report audit_store(pqxx::transaction_base& t, const definition& begins) {
  auditor checks{begins};
  audit_nodes(t, checks);
  audit_orders(t, checks);
  audit_money(t, checks);
  audit_stock(t, checks);
  return std::move(checks).report();
}

} // namespace sagad::postgres

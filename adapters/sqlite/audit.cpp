#include "adapters/sqlite/audit.hpp"

#include <string>
#include <vector>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/nodes.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/auditor.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::sqlite {

namespace {

// Sums first, then side by side; what is only on the right has no account to stand in. (A FULL JOIN would say it in
// one, and compare each with each.)
constexpr auto wallet_accounts =
    "WITH charged AS MATERIALIZED "
    "  (SELECT customer, sum(amount) AS amount FROM charges WHERE undone = 0 GROUP BY customer) "
    "SELECT w.customer, w.balance, w.credited, ifnull(c.amount, 0) FROM wallets w LEFT JOIN charged c USING (customer) "
    "UNION ALL SELECT customer, 0, 0, amount FROM charged WHERE customer NOT IN (SELECT customer FROM wallets)";

constexpr auto shelf_accounts =
    "WITH held AS MATERIALIZED (SELECT sku, sum(units) AS units FROM reserved_units WHERE released = 0 GROUP BY sku) "
    "SELECT s.sku, s.available, s.reserved, s.added, ifnull(h.units, 0) FROM stock s LEFT JOIN held h USING (sku) "
    "UNION ALL SELECT sku, 0, 0, 0, units FROM held WHERE sku NOT IN (SELECT sku FROM stock)";

// Every saga that was ever heard of, with its order if it has one.
const std::string order_accounts = "SELECT " + std::string{saga_columns} +
                                   ", n.number, s.owner, s.claimable_at, s.number IS NOT NULL, o.number IS NOT NULL "
                                   "FROM saga_numbers n LEFT JOIN orders o USING (number) "
                                   "LEFT JOIN sagas s USING (number) ORDER BY n.number";

constexpr auto inbox_accounts = "SELECT saga, step, recorded, kind FROM inbox ORDER BY saga, step";
constexpr auto charge_accounts = "SELECT saga, step, undone = 0 FROM charges ORDER BY saga, step";
constexpr auto reservation_accounts =
    "SELECT saga, step, max(released) = 0 FROM reserved_units GROUP BY saga, step ORDER BY saga, step";
constexpr auto shipment_accounts = "SELECT saga, step, cancelled = 0 FROM shipments ORDER BY saga, step";

/// The rows of a table in the order of the sagas. All tables are walked side by side, each once: to look up millions
/// of rows one by one would take several times as long.
class walk {
public:
  walk(const connection& on, const char* sql) : rows_(on.db(), sql) { advance(); }

  /// Shows `on_row` the rows up to and of `saga`.
  template <class OnRow>
  void up_to(std::int64_t saga, OnRow&& on_row) {
    for (; there_ && saga_ <= saga; advance())
      on_row(row{rows_});
  }

private:
  void advance() {
    there_ = rows_.executeStep();
    if (there_)
      saga_ = row{rows_}.integer(0);
  }

  SQLite::Statement rows_;
  bool there_ = false;
  std::int64_t saga_ = 0;
};

/// What the participants did, saga by saga.
class effects_walk {
public:
  explicit effects_walk(const connection& on)
      : inbox_(on, inbox_accounts), charges_(on, charge_accounts), reservations_(on, reservation_accounts),
        shipments_(on, shipment_accounts) {}

  const effects_account& of(std::int64_t saga) {
    done_.inbox.clear();
    done_.effects.clear();
    inbox_.up_to(saga, [this](const row& r) { done_.inbox.push_back(inbox_account_in(r)); });
    gather(charges_, saga, charge{});
    gather(reservations_, saga, reservation{});
    gather(shipments_, saga, shipment{});
    return done_;
  }

private:
  void gather(walk& rows, std::int64_t saga, const effect& what) {
    rows.up_to(saga, [&](const row& r) {
      done_.effects.push_back({.step = r.text(1), .kind = kind_of(what), .in_force = r.integer(2) != 0});
    });
  }

  walk inbox_;
  walk charges_;
  walk reservations_;
  walk shipments_;
  effects_account done_;
};

void audit_nodes(const connection& on, auditor& checks) {
  std::vector<std::uint64_t> epochs;
  statement{on, "SELECT epoch FROM nodes"}.each([&](const row& r) { epochs.push_back(r.count(0)); });
  statement{on, "SELECT DISTINCT plays FROM nodes"}.each([&](const row& r) { checks.plays(plays_in(r.view(0))); });
  const auto lease = statement{on, "SELECT epoch FROM lease"}.integer();
  checks.nodes(epochs, static_cast<std::uint64_t>(lease.value_or(0)));
}

void audit_order(const row& r, const effects_account& done, auditor& checks) {
  const bool has_saga = r.integer(after_saga + 3) != 0;
  const bool has_order = r.integer(after_saga + 4) != 0;
  if (!has_order)
    return checks.stranger(r.view(0), done);
  order_account account{.id = order_id{r.text(0)}, .owner = {}, .done = done};
  if (!has_saga)
    return checks.order(account);
  const auto now = read_saga(r);
  if (!now)
    return checks.unreadable_order(account.id, now.error().detail, done);
  account.now = &*now;
  if (!r.is_null(after_saga + 1))
    account.owner = r.count(after_saga + 1);
  account.claimable = !r.is_null(after_saga + 2);
  checks.order(account);
}

void audit_orders(const connection& on, auditor& checks) {
  checks.takes_orders(statement{on, "SELECT 1 FROM orders LIMIT 1"}.integer().has_value());
  effects_walk effects{on};
  statement{on, order_accounts}.each([&](const row& r) { audit_order(r, effects.of(r.integer(after_saga)), checks); });
}

void audit_money(const connection& on, auditor& checks) {
  statement{on, wallet_accounts}.each([&](const row& r) { checks.wallet(wallet_account_in(r)); });
}

void audit_stock(const connection& on, auditor& checks) {
  statement{on, shelf_accounts}.each([&](const row& r) { checks.shelf(shelf_account_in(r)); });
}

} // namespace

audit_report audit_store(const connection& on, const definition& begins) {
  auditor checks{begins};
  audit_nodes(on, checks);
  audit_orders(on, checks);
  audit_money(on, checks);
  audit_stock(on, checks);
  return std::move(checks).report();
}

} // namespace sagad::sqlite

#include "adapters/sqlite/audit.hpp"

#include <limits>
#include <string>
#include <vector>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/auditor.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::sqlite {

namespace {

constexpr auto wallet_accounts =
    "WITH charged AS (SELECT customer, sum(amount) AS amount FROM charges WHERE undone = 0 GROUP BY customer) "
    "SELECT coalesce(w.customer, c.customer), ifnull(w.balance, 0), ifnull(w.credited, 0), ifnull(c.amount, 0) "
    "FROM wallets w FULL JOIN charged c ON c.customer = w.customer";

constexpr auto shelf_accounts =
    "WITH held AS (SELECT sku, sum(units) AS units FROM reserved_units WHERE released = 0 GROUP BY sku) "
    "SELECT coalesce(s.sku, h.sku), ifnull(s.available, 0), ifnull(s.reserved, 0), ifnull(s.added, 0), "
    "ifnull(h.units, 0) FROM stock s FULL JOIN held h ON h.sku = s.sku";

const std::string order_accounts = "SELECT " + std::string{saga_columns} +
                                   ", o.number, s.owner, s.claimable_at, s.number IS NULL FROM orders o "
                                   "CROSS JOIN saga_numbers n USING (number) LEFT JOIN sagas s USING (number) "
                                   "ORDER BY o.number";

/// An effect's own row says it is in force where its record does not, or the other way round, or there is none.
std::string torn_effects(const std::string& table, const std::string& in_force, std::string_view kind) {
  const std::string recorded = "i.recorded = 'succeeded' AND i.kind = '" + std::string{kind} + "'";
  return "SELECT DISTINCT n.id, e.step FROM " + table + " e JOIN saga_numbers n ON n.number = e.saga " +
         "LEFT JOIN inbox i ON i.saga = e.saga AND i.step = e.step " + "WHERE " + in_force + " <> ifnull(" + recorded +
         ", 0) UNION ALL " + "SELECT n.id, i.step FROM inbox i JOIN saga_numbers n ON n.number = i.saga WHERE " +
         recorded + " AND NOT EXISTS (SELECT 1 FROM " + table + " e WHERE e.saga = i.saga AND e.step = i.step)";
}

/// The inbox in the order of the orders: both are walked once, side by side.
class inbox_walk {
public:
  explicit inbox_walk(const connection& on)
      : rows_(on.db(), "SELECT i.saga, i.step, i.recorded, n.id FROM inbox i CROSS JOIN saga_numbers n "
                       "ON n.number = i.saga ORDER BY i.saga, i.step") {
    advance();
  }

  /// What the inbox holds for a saga. What it holds for sagas before that one belongs to no order.
  const std::vector<inbox_account>& up_to(std::int64_t saga, auditor& checks) {
    report_strays_before(saga, checks);
    found_.clear();
    for (; there_ && saga_ == saga; advance())
      found_.push_back({.step = row{rows_}.text(1), .what = what()});
    return found_;
  }

  void finish(auditor& checks) { report_strays_before(std::numeric_limits<std::int64_t>::max(), checks); }

private:
  void report_strays_before(std::int64_t saga, auditor& checks) {
    for (; there_ && saga_ < saga; advance())
      if (what() == recorded::succeeded)
        checks.stray_effect(row{rows_}.view(3), row{rows_}.view(1));
  }

  recorded what() { return recorded_from(row{rows_}.view(2)).value_or(recorded::nothing); }

  void advance() {
    there_ = rows_.executeStep();
    if (there_)
      saga_ = row{rows_}.integer(0);
  }

  SQLite::Statement rows_;
  bool there_ = false;
  std::int64_t saga_ = 0;
  std::vector<inbox_account> found_;
};

void audit_nodes(const connection& on, auditor& checks) {
  std::vector<std::uint64_t> epochs;
  statement{on, "SELECT epoch FROM nodes"}.each([&](const row& r) { epochs.push_back(r.count(0)); });
  const auto lease = statement{on, "SELECT epoch FROM lease"}.integer();
  checks.nodes(epochs, static_cast<std::uint64_t>(lease.value_or(0)));
}

void audit_orders(const connection& on, auditor& checks) {
  inbox_walk inbox{on};
  statement{on, order_accounts}.each([&](const row& r) {
    const auto& remembered = inbox.up_to(r.integer(after_saga), checks);
    order_account account{.id = order_id{r.text(0)}, .owner = {}, .inbox = remembered};
    if (r.integer(after_saga + 3) != 0)
      return checks.order(account);
    const auto now = read_saga(r);
    if (!now)
      return checks.unreadable_saga(account.id, now.error().detail);
    account.now = &*now;
    if (!r.is_null(after_saga + 1))
      account.owner = r.count(after_saga + 1);
    account.claimable = !r.is_null(after_saga + 2);
    checks.order(account);
  });
  inbox.finish(checks);
}

void audit_effects(const connection& on, auditor& checks) {
  const auto look = [&](const std::string& table, const std::string& in_force, const effect& what) {
    statement{on, torn_effects(table, in_force, kind_of(what))}.each(
        [&](const row& r) { checks.torn_effect(r.view(0), r.view(1), kind_of(what)); });
  };
  look("charges", "e.undone = 0", charge{});
  look("reserved_units", "e.released = 0", reservation{});
  look("shipments", "e.cancelled = 0", shipment{});
}

void audit_money(const connection& on, auditor& checks) {
  statement{on, wallet_accounts}.each([&](const row& r) {
    checks.wallet({.customer = customer_id{r.text(0)},
                   .balance = r.integer(1),
                   .credited = r.integer(2),
                   .charged = r.integer(3)});
  });
}

void audit_stock(const connection& on, auditor& checks) {
  statement{on, shelf_accounts}.each([&](const row& r) {
    checks.shelf({.item = sku{r.text(0)},
                  .available = r.integer(1),
                  .reserved = r.integer(2),
                  .added = r.integer(3),
                  .held_by_orders = r.integer(4)});
  });
}

} // namespace

audit_report audit_store(const connection& on) {
  auditor checks;
  audit_nodes(on, checks);
  audit_orders(on, checks);
  audit_effects(on, checks);
  audit_money(on, checks);
  audit_stock(on, checks);
  return std::move(checks).report();
}

} // namespace sagad::sqlite

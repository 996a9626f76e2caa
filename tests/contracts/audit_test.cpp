#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using lines = std::vector<std::string>;

/// o-1 completed, o-2 rolled back for want of stock, o-3 running with its first step done, o-4 waiting for a node.
void do_business(shop& s) {
  must(s.office().add_stock(sku{"rare"}, 1));
  must(s.office().set_price(sku{"rare"}, 10));
  s.submit(order_of("o-1", {line("token", 2), line("rare", 1), line("token", 1)}));
  s.drive_to_end("o-1");
  s.submit(order_of("o-2", {line("rare", 2)}, "bob"));
  s.drive_to_end("o-2");
  s.submit(order_of("o-3", {line("token", 1)}));
  s.answer(to_do("o-3/charge-payment", charge_of(50)));
  s.submit_at_office(order_of("o-4", {line("token", 1)}));
}

/// Breaks something in a SQLite file and asks for the audit's findings.
lines findings_after(const std::string& sql) {
  auto place = std::make_unique<on_sqlite>();
  on_sqlite& file = *place;
  shop s{std::move(place)};
  do_business(s);
  file.run_sql(sql);
  auto found = s.findings();
  std::sort(found.begin(), found.end());
  return found;
}

/// The same in memory.
template <class Break>
lines findings_after_in_memory(Break&& break_it) {
  auto place = std::make_unique<on_memory>();
  memory::world& world = place->world();
  shop s{std::move(place)};
  do_business(s);
  break_it(world);
  auto found = s.findings();
  std::sort(found.begin(), found.end());
  return found;
}

const std::string of_order_1 = " WHERE saga = (SELECT number FROM saga_numbers WHERE id = 'o-1')";
const std::string of_saga_1 = " WHERE number = (SELECT number FROM saga_numbers WHERE id = 'o-1')";

} // namespace

TEMPLATE_TEST_CASE("an audit of honest business finds nothing and adds everything up", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  do_business(s);
  const auto report = s.audit();
  CHECK(s.findings() == lines{});
  CHECK(s.standing("o-2").outcome == "INSUFFICIENT_INVENTORY");
  CHECK(report.orders == 4);
  CHECK(report.effects == 6); // five of o-1, the charge of o-3
  CHECK(report.unfinished == 2);
  CHECK(report.held == 0);
  CHECK(report.credited == 1'000);
  CHECK(report.balances == 1'000 - 160 - 50);
  CHECK(report.charged == 160 + 50);
  CHECK(report.units_in == 101);
  CHECK(report.available == 97);
  CHECK(report.reserved == 4);
}

TEST_CASE("an audit of a file finds money that came from nowhere", "[audit][sqlite]") {
  CHECK(findings_after("UPDATE wallets SET balance = balance + 1 WHERE customer = 'bob'") ==
        lines{"5: money is not conserved: bob"});
  CHECK(findings_after("DELETE FROM wallets WHERE customer = 'alice'") == lines{"5: money is not conserved: alice"});
}

TEST_CASE("an audit of a file finds units that came from nowhere or are held for nobody", "[audit][sqlite]") {
  CHECK(findings_after("UPDATE stock SET available = available + 1 WHERE sku = 'rare'") ==
        lines{"5: units are not conserved: rare"});
  CHECK(findings_after("UPDATE stock SET available = available - 1, reserved = reserved + 1 WHERE sku = 'token'") ==
        lines{"5: reserved units belong to nobody: token"});
  CHECK(findings_after("DELETE FROM stock WHERE sku = 'rare'") == lines{"5: reserved units belong to nobody: rare"});
}

TEST_CASE("an audit of a file finds an effect and a record that disagree", "[audit][sqlite]") {
  CHECK(findings_after("UPDATE shipments SET cancelled = 1" + of_order_1) ==
        lines{"2: an effect and its record disagree: o-1"});
  CHECK(findings_after("DELETE FROM shipments" + of_order_1) == lines{"2: an effect and its record disagree: o-1"});
  CHECK(findings_after("UPDATE inbox SET recorded = 'undone'" + of_order_1 + " AND step = 'notify-customer'") ==
        lines{"2: an effect is missing: o-1"});
  CHECK(findings_after("DELETE FROM inbox" + of_order_1 + " AND step = 'charge-payment'") ==
        lines{"2: an effect and its record disagree: o-1", "2: an effect is missing: o-1"});
}

TEST_CASE("an audit of a file finds what outlived an order that was rolled back", "[audit][sqlite]") {
  CHECK(findings_after("UPDATE inbox SET recorded = 'succeeded', kind = 'mark' WHERE recorded = 'undone'") ==
        lines{"2: an effect outlived its order: o-2"});
}

TEST_CASE("an audit of a file finds effects of orders that nobody accepted", "[audit][sqlite]") {
  CHECK(findings_after("INSERT INTO saga_numbers (number, id) VALUES (777, 'o-ghost'); "
                       "INSERT INTO inbox VALUES (777, 'notify-customer', 'succeeded', 'mark', '', '', NULL)") ==
        lines{"2: an effect without an order: o-ghost"});
  CHECK(findings_after("INSERT INTO inbox SELECT number, 'gift', 'succeeded', 'mark', '', '', NULL "
                       "FROM saga_numbers WHERE id = 'o-1'") ==
        lines{"2: an effect that its order does not know: o-1"});
}

TEST_CASE("an audit of a file finds orders that will never end, or ended wrongly", "[audit][sqlite]") {
  CHECK(findings_after("UPDATE sagas SET claimable_at = NULL WHERE claimable_at IS NOT NULL") ==
        lines{"4: nobody will end it: o-4"});
  CHECK(findings_after("UPDATE sagas SET outcome = ''" + of_saga_1) ==
        lines{"4: the outcome does not fit the end: o-1"});
  CHECK(findings_after("DELETE FROM sagas WHERE claimable_at IS NOT NULL") == lines{"4: an order without a saga: o-4"});
  CHECK(findings_after("UPDATE sagas SET progress = 'x'" + of_saga_1) == lines{"4: a saga that cannot be read: o-1"});
  CHECK(findings_after("UPDATE sagas SET progress = replace(progress, 'succeeded', 'undoing'), state = 'rolled_back', "
                       "outcome = 'UNKNOWN'" +
                       of_saga_1)
            .size() == 10); // for each step: it is left over, and it outlived its order
}

TEST_CASE("an audit of a file finds orders of nodes that never were, and a lease that is not theirs",
          "[audit][sqlite]") {
  CHECK(findings_after("UPDATE sagas SET owner = 99 WHERE owner IS NOT NULL") == lines{"6: driven by no node: o-3"});
  CHECK(findings_after("UPDATE lease SET epoch = 0") == lines{"6: the lease is not the newest node's: lease"});
}

TEST_CASE("an audit of a memory finds the same", "[audit]") {
  const auto after = [](auto&& break_it) { return findings_after_in_memory(break_it); };
  using memory::world;
  CHECK(after([](world& w) { ++w.ledger.wallets[customer_id{"bob"}].balance; }) ==
        lines{"5: money is not conserved: bob"});
  CHECK(after([](world& w) { w.ledger.wallets.erase(customer_id{"alice"}); }) ==
        lines{"5: money is not conserved: alice"});
  CHECK(after([](world& w) { ++w.ledger.shelves[sku{"rare"}].available; }) ==
        lines{"5: units are not conserved: rare"});
  CHECK(after([](world& w) { w.ledger.shelves.erase(sku{"rare"}); }) ==
        lines{"5: reserved units belong to nobody: rare"});
  CHECK(after([](world& w) { w.ledger.shipments.clear(); }) == lines{"2: an effect and its record disagree: o-1"});
  CHECK(after([](world& w) { w.ledger.inbox.erase("o-1/charge-payment"); }) ==
        lines{"2: an effect and its record disagree: o-1", "2: an effect is missing: o-1"});
  CHECK(after([](world& w) {
          w.ledger.inbox["o-2/charge-payment"] = {recorded::succeeded, "mark", {}};
        }) == lines{"2: an effect outlived its order: o-2"});
  CHECK(after([](world& w) {
          w.ledger.inbox["o-ghost/notify-customer"] = {recorded::succeeded, "mark", {}};
        }) == lines{"2: an effect without an order: o-ghost"});
  CHECK(after([](world& w) {
          w.ledger.inbox["o-1/gift"] = {recorded::succeeded, "mark", {}};
        }) == lines{"2: an effect that its order does not know: o-1"});
  CHECK(after([](world& w) { w.orders[saga_id{"o-4"}].claimable_at.reset(); }) == lines{"4: nobody will end it: o-4"});
  CHECK(after([](world& w) { w.orders[saga_id{"o-1"}].now.outcome.clear(); }) ==
        lines{"4: the outcome does not fit the end: o-1"});
  CHECK(after([](world& w) { w.orders[saga_id{"o-3"}].owner = 99; }) == lines{"6: driven by no node: o-3"});
  CHECK(after([](world& w) { w.lease_epoch = 0; }) == lines{"6: the lease is not the newest node's: lease"});
}

} // namespace sagad::tests

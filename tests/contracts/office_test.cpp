#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using ids = std::vector<std::string>;

order_filter by_state(const std::string& state) {
  order_filter f;
  f.state = state;
  return f;
}

order_filter by_outcome(const std::string& outcome) {
  order_filter f;
  f.outcome = outcome;
  return f;
}

order_filter by_customer(const std::string& customer) {
  order_filter f;
  f.customer = customer;
  return f;
}

ids listed(shop& s, const order_filter& filter) {
  ids found;
  for (const order_view& o : must(s.office().list_orders(filter)))
    found.push_back(o.now.order.value);
  return found;
}

/// Three orders, a minute apart: o-1 of alice completed, o-2 of bob failed for want of money, o-3 of alice running.
shop busy_shop(std::unique_ptr<store_under_test> place) {
  shop s{std::move(place)};
  s.submit(order_of("o-1", {line("token", 1)}, "alice"));
  s.drive_to_end("o-1");
  s.now += std::chrono::minutes{1};
  s.submit(order_of("o-2", {line("token", 11)}, "bob"));
  s.drive_to_end("o-2");
  s.now += std::chrono::minutes{1};
  s.submit(order_of("o-3", {line("token", 1)}, "alice"));
  return s;
}

} // namespace

TEMPLATE_TEST_CASE("orders are listed newest first, by state, outcome, customer, age, end, and up to a number",
                   "[office]", on_memory, on_sqlite, on_postgres) {
  shop s = busy_shop(std::make_unique<TestType>());
  CHECK(listed(s, {}) == ids{"o-3", "o-2", "o-1"});
  CHECK(listed(s, by_customer("alice\xff")).empty()); // no text, and nobody's name
  CHECK(listed(s, by_outcome("\xff")).empty());
  CHECK(listed(s, by_state("running")) == ids{"o-3"});
  CHECK(listed(s, by_state("rolled_back")) == ids{"o-2"});
  CHECK(listed(s, by_outcome("INSUFFICIENT_FUND")) == ids{"o-2"});
  CHECK(listed(s, by_customer("alice")) == ids{"o-3", "o-1"});
  auto running_of_bob = by_state("running");
  running_of_bob.customer = "bob";
  CHECK(listed(s, running_of_bob).empty());
  order_filter older;
  older.created_before = s.now;
  CHECK(listed(s, older) == ids{"o-2", "o-1"});
  order_filter unfinished;
  unfinished.unfinished = true;
  CHECK(listed(s, unfinished) == ids{"o-3"});
  unfinished.state = "completed";
  CHECK(listed(s, unfinished).empty());
  order_filter some;
  some.limit = 2;
  CHECK(listed(s, some) == ids{"o-3", "o-2"});
  some.limit = 0;
  CHECK(listed(s, some).empty());
}

TEMPLATE_TEST_CASE("a filter is a value, not a piece of a query", "[office]", on_memory, on_sqlite, on_postgres) {
  shop s = busy_shop(std::make_unique<TestType>());
  CHECK(listed(s, by_customer("alice' OR '1'='1")).empty());
  CHECK(listed(s, by_state("%")).empty());
  CHECK_FALSE(must(s.office().find_order(order_id{"o-1' --"})).has_value());
}

TEMPLATE_TEST_CASE("status counts the orders and names the oldest that is not done", "[office]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = busy_shop(std::make_unique<TestType>());
  const auto status = must(s.office().status(s.now));
  REQUIRE(status.orders.size() == 3);
  CHECK(status.orders[0].state == "completed");
  CHECK(status.orders[0].outcome == "SUCCESS");
  CHECK(status.orders[0].count == 1);
  CHECK(status.orders[1].state == "rolled_back");
  CHECK(status.orders[1].outcome == "INSUFFICIENT_FUND");
  CHECK(status.orders[2].state == "running");
  CHECK(status.orders[2].outcome.empty());
  REQUIRE(status.oldest_unfinished.has_value());
  CHECK(status.oldest_unfinished->now.order.value == "o-3");
  CHECK(status.oldest_unfinished->owner == "node-1");
  s.drive_to_end("o-3");
  CHECK_FALSE(must(s.office().status(s.now)).oldest_unfinished.has_value());
}

TEMPLATE_TEST_CASE("status tells each node's life: begun, seen, stopped, and who holds the lease", "[office]",
                   on_memory, on_sqlite, on_postgres) {
  auto options = shop::usual();
  options.name = "first";
  shop s = shop_on<TestType>(options);
  const moment start = s.now;
  must(s.node().beat({.at = start + milliseconds{5}}));
  auto nodes = must(s.office().status(s.now)).nodes;
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].name == "first");
  CHECK(nodes[0].epoch == 1);
  CHECK(nodes[0].started_at == start);
  CHECK(nodes[0].last_seen_at == start + milliseconds{5});
  CHECK_FALSE(nodes[0].stopped_at.has_value());
  CHECK(nodes[0].holds_lease);

  must(s.node().beat({.at = start + milliseconds{9}, .leaving = true}));
  s.crash();
  nodes = must(s.office().status(s.now)).nodes;
  CHECK_FALSE(nodes[0].holds_lease);
  CHECK(nodes[0].stopped_at == start + milliseconds{9});

  options.name = "second";
  s.reopen(options);
  nodes = must(s.office().status(s.now)).nodes;
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].name == "second");
  CHECK(nodes[0].epoch == 2);
  CHECK(nodes[0].holds_lease);
  CHECK_FALSE(nodes[1].holds_lease);
}

TEMPLATE_TEST_CASE("the operator works while no node does", "[office]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.crash();
  CHECK(s.submit_at_office(order_of("o-1", {line("token", 1)})).accepted);
  must(s.office().credit(customer_id{"alice"}, 5));
  CHECK(s.balance() == 505);
  CHECK(s.findings().empty());
  CHECK(s.audit().unfinished == 1);
  s.reopen();
  CHECK(s.claim(10, s.now) == ids{"o-1"});
}

TEMPLATE_TEST_CASE("the operator goes by what the last node said of new customers and of faults", "[office]", on_memory,
                   on_sqlite, on_postgres) {
  const auto asked = order_with_fault("o-1", {.step = "charge-payment", .kind = fault_kind::kill});
  auto poor = shop::usual();
  poor.initial_credit = 3;
  shop s = shop_on<TestType>(poor);
  auto strict = shop::usual();
  strict.allow_faults = false;
  s.reopen(strict);
  CHECK_FALSE(s.submit_at_office(asked).accepted);
  CHECK(s.balance("carol") == 500);
  s.reopen(poor);
  s.crash();
  CHECK(s.submit_at_office(asked).accepted);
  CHECK(s.balance("carol") == 3);
  must(s.office().credit(customer_id{"carol"}, 4));
  CHECK(s.balance("carol") == 7);
}

TEMPLATE_TEST_CASE("a wallet is opened with what payment's node said, whichever node started last", "[office]",
                   on_memory, on_sqlite, on_postgres) {
  auto rich = shop::usual();
  rich.initial_credit = 1'000;
  shop s = shop_on<TestType>(rich);
  auto courier = shop::usual();
  courier.plays = {"delivery"};
  s.reopen(courier);
  CHECK(s.balance("carol") == 1'000);
  must(s.office().credit(customer_id{"carol"}, 10));
  CHECK(s.balance("carol") == 1'010);
}

TEMPLATE_TEST_CASE("before there was any node the operator works by the usual terms, and allows no faults", "[office]",
                   on_memory, on_sqlite, on_postgres) {
  TestType place;
  place.create();
  const auto office = must(place.open_back_office());
  must(office->set_price(sku{"token"}, 50));
  const moment now{milliseconds{1}};
  const auto asked = order_with_fault("o-1", {.step = "charge-payment", .kind = fault_kind::kill});
  CHECK_FALSE(must(office->submit({asked}, now)).front().accepted);
  CHECK(must(office->submit({order_of("o-2", {line("token", 1)})}, now)).front().accepted);
  CHECK(must(office->find_wallet(customer_id{"alice"})).balance == 500);
  CHECK(must(office->status(now)).nodes.empty());
  CHECK(must(office->audit(now)).findings.empty());
  CHECK(must(must(place.open_node(shop::usual()))->claim(10, now)).size() == 1);
}

} // namespace sagad::tests

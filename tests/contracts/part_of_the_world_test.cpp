#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using lines = std::vector<std::string>;

node_options playing(std::vector<std::string> participants) {
  auto options = shop::usual();
  options.plays = std::move(participants);
  return options;
}

/// Orders are driven on this store, and paid for on another.
template <class Adapter>
shop orchestrator_without_payment() {
  return shop_on<Adapter>(playing({"inventory", "delivery", "orders", "notification"}));
}

} // namespace

TEMPLATE_TEST_CASE("a participant's own store is clean although no order lives in it", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>(playing({"payment"}));
  s.answer(to_do("o-1/charge-payment", charge_of(50)));
  s.answer(to_do("o-2/charge-payment", charge_of(20)));
  s.answer(to_undo("o-2/charge-payment", charge_of(20)));
  s.answer(to_undo("o-3/charge-payment", charge_of(20)));
  CHECK(s.findings().empty());
  CHECK(s.audit().orders == 0);
  CHECK(s.audit().effects == 1);
  CHECK(s.audit().charged == 50);
}

TEMPLATE_TEST_CASE("where one order lives, an effect without one is a finding again", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.answer(to_do("o-1/charge-payment", charge_of(50)));
  CHECK(s.findings().empty());
  s.submit(order_of("o-2", {line("token", 1)}));
  CHECK(s.findings() == lines{"2: an effect without an order: o-1"});
}

TEMPLATE_TEST_CASE("an orchestrator's store is clean although payment is played elsewhere", "[audit]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = orchestrator_without_payment<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1", {"payment"});
  s.submit(order_of("o-2", {line("token", 1'000)}));
  s.drive_to_end("o-2", {"payment"});
  CHECK(s.standing("o-1").outcome == "SUCCESS");
  CHECK(s.standing("o-2").outcome == "INSUFFICIENT_INVENTORY");
  CHECK(s.findings().empty());
}

TEMPLATE_TEST_CASE("what a node of this store plays must have happened on it", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = orchestrator_without_payment<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1", {"payment", "delivery"});
  CHECK(s.findings() == lines{"2: an effect is missing: o-1"});
}

TEMPLATE_TEST_CASE("what any node played on this store must have happened on it", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = orchestrator_without_payment<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1", {"payment"});
  REQUIRE(s.findings().empty());
  s.reopen(playing({"payment"}));
  CHECK(s.findings() == lines{"2: an effect is missing: o-1"});
}

TEMPLATE_TEST_CASE("an effect that its order knows to be undone is a finding, whoever plays it", "[audit]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = orchestrator_without_payment<TestType>();
  s.submit(order_of("o-1", {line("token", 1'000)}));
  s.drive_to_end("o-1", {"payment"});
  REQUIRE(s.standing("o-1").state == saga_state::rolled_back);
  s.answer(to_do("o-1/charge-payment", charge_of(50)));
  CHECK(s.findings() == lines{"2: an effect outlived its order: o-1"});
}

TEMPLATE_TEST_CASE("what a person said was done is not missing from the books", "[audit]", on_memory, on_sqlite,
                   on_postgres) {
  const bool on_a_persons_word = GENERATE(true, false);
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1", {"payment", "inventory", "delivery", "orders", "notification"}); // none of it on this store
  saga ended = s.standing("o-1");
  for (step_record& step : ended.steps)
    if (on_a_persons_word)
      step.skipped = action::perform;
  ++ended.sequence;
  s.record({.after = std::move(ended), .facts = {}});
  CHECK(s.findings(2).empty() == on_a_persons_word);
}

} // namespace sagad::tests

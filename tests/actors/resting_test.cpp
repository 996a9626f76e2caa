#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

const fault fails_once{.step = "charge-payment", .kind = fault_kind::kill, .times = 1};

/// A failed charge is asked again after ten minutes.
shop_settings patient() {
  shop_settings s;
  s.steps["charge-payment"].backoff_initial = 10min;
  s.steps["charge-payment"].backoff_max = 10min;
  return s;
}

} // namespace

TEST_CASE("an order with nothing to do soon leaves memory and comes back when it is due", "[resting]") {
  shop_on_virtual_time shop{patient()};
  shop.submit(order_of_token("o-1", {fails_once}));
  CHECK(shop.state_of("o-1") == "running");
  CHECK(shop.orders_in_memory() == 0);
  const auto due = shop.order("o-1").now.wakeup_at;
  REQUIRE(due);
  CHECK(*due > shop.now() + 4min);

  shop.pass(*due - shop.now() - 1ms);
  CHECK(shop.orders_in_memory() == 0);
  shop.pass(2s); // a sweep looks each second
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a short pause is spent in memory", "[resting]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {fails_once}));
  CHECK(shop.orders_in_memory() == 1);
  shop.pass(10s);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("resting orders make room for others", "[resting]") {
  auto settings = patient();
  settings.limits.open_orders_max = 1;
  shop_on_virtual_time shop{settings};
  for (int i = 0; i < 20; ++i)
    CHECK(shop.submit(order_of_token("o-" + std::to_string(i), {fails_once})).accepted);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.stock("token").reserved == 20);
}

TEST_CASE("a resting order comes back when somebody wishes something of it", "[resting]") {
  shop_on_virtual_time shop{patient()};
  shop.submit(order_of_token("o-1", {fails_once}));
  REQUIRE(shop.orders_in_memory() == 0);
  CHECK(shop.wish(event::kind::cancel, "o-1") == verdict::moved);
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a held order leaves memory, and does so again after a wish that changes nothing", "[resting]") {
  shop_on_virtual_time shop{patient()};
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::stall}}));
  CHECK(shop.orders_in_memory() == 1);
  CHECK(shop.wish(event::kind::hold, "o-1", "for a test") == verdict::moved);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.wish(event::kind::hold, "o-1", "once more") == verdict::repeated);
  CHECK(shop.orders_in_memory() == 0);

  // Time alone changes nothing.
  shop.pass(10min);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error == "for a test");
  CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "TIMEOUT");
}

TEST_CASE("a resting order that is told what it is already doing rests on", "[resting]") {
  shop_on_virtual_time shop{patient()};
  shop.submit(order_of_token("o-1", {fails_once}));
  CHECK(shop.wish(event::kind::resume, "o-1") == verdict::repeated);
  CHECK(shop.orders_in_memory() == 0);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("a resting order outlives its node", "[resting]") {
  shop_on_virtual_time shop{patient()};
  shop.submit(order_of_token("o-1", {fails_once}));
  shop.crash();
  shop.pass(1h);
  shop.open();
  shop.pass(2s);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

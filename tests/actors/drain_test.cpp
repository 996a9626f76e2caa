#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

fault stuck_at(std::string_view step) {
  return {.step = std::string{step}, .kind = fault_kind::stall, .times = 1, .delay = 5min};
}

} // namespace

TEST_CASE("an idle node is drained at once and leaves nothing running", "[drain]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1"));
  CHECK(shop.close(10s, 200ms));
  CHECK(shop.actors_alive() == 0);
  shop.pass(1min); // nor does anything begin to run again
  CHECK(shop.actors_alive() == 0);
}

TEST_CASE("a node that drains lets orders end in the time it has", "[drain]") {
  shop_on_virtual_time shop;
  auto slow = stuck_at("schedule-delivery");
  slow.delay = 2s;
  shop.submit(order_of_token("o-1", {slow}));
  CHECK(shop.close(10s, 3s));
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("an order that waits for a stalled participant rests, and goes on in the next node", "[drain]") {
  const std::string step = GENERATE("charge-payment", "confirm-order", "notify-customer", "refund-payment");
  INFO(step);
  const bool backwards = step == "refund-payment";
  shop_on_virtual_time shop;
  std::vector<fault> faults{stuck_at(step)};
  if (backwards)
    faults.push_back({.step = "reserve-inventory", .kind = fault_kind::refuse, .code = "X"});
  shop.submit(order_of_token("o-1", faults));

  const auto drained = shop.begin_to_drain(1s);
  shop.pass(500ms);
  CHECK_FALSE(drained->got);
  shop.pass(700ms);
  CHECK(drained->got);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.close(0s, 1s));
  CHECK(shop.actors_alive() == 0);
  CHECK(shop.state_of("o-1") == (backwards ? "compensating" : "running"));
  CHECK(shop.order("o-1").owner == "");

  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.state_of("o-1") == (backwards ? "rolled_back" : "completed"));
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a node that drains takes nothing new", "[drain]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("charge-payment")}));
  shop.begin_to_drain(10s);
  const acceptance late = shop.submit(order_of_token("o-2"));
  CHECK_FALSE(late.accepted);
  REQUIRE(late.error);
  CHECK(late.error->code == "SHUTTING_DOWN");
  CHECK(late.order == order_id{"o-2"});
  REQUIRE(shop.office().submit({order_of_token("o-3")}, shop.now()));
  shop.pass(2s);
  CHECK(shop.state_of("o-3") == "running");
  CHECK(shop.orders_in_memory() == 1);
}

TEST_CASE("orders that were on their way in when the node began to drain rest too", "[drain]") {
  shop_on_virtual_time shop;
  for (int i = 0; i < 50; ++i)
    shop.hand_in(order_of_token("o-" + std::to_string(i), {stuck_at("charge-payment")}));
  CHECK(shop.close(0s, 1s));
  CHECK(shop.actors_alive() == 0);
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.stock("token").reserved == 50);
}

TEST_CASE("an order that dies or is called back while the node drains is made to rest too", "[drain]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("dies", {stuck_at("charge-payment")}));
  shop.submit(order_of_token("wanted", {stuck_at("charge-payment")}));
  REQUIRE(shop.wish(event::kind::hold, "wanted") == verdict::moved);
  bool killed = false;
  const auto drained = shop.begin_to_drain(0s);
  shop.beware_of([&](std::string_view actor) {
    if (actor != "order" || killed)
      return false;
    shop.hand_in_wish(event::kind::resume, "wanted");
    return killed = true;
  });
  shop.pass(1s);
  CHECK(killed);
  CHECK(drained->got);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.close(0s, 1s));
  CHECK(shop.actors_alive() == 0);
}

TEST_CASE("what was recorded behind is written before the node leaves", "[drain]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  CHECK(shop.close(0s, 1s));
  CHECK(shop.history("o-1").back() == "order.step.reserve-inventory.succeeded");
}

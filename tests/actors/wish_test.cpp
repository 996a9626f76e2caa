#include <array>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// No answer for minutes: the order waits at this step, or at this undo.
fault stuck_at(std::string_view step) {
  return {.step = std::string{step}, .kind = fault_kind::stall, .times = 1, .delay = 5min};
}

constexpr fault_kind refuse = fault_kind::refuse;

} // namespace

TEST_CASE("an order can be cancelled until it is confirmed", "[wish]") {
  const std::string step = GENERATE("charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order");
  INFO(step);
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at(step)}));
  REQUIRE(shop.state_of("o-1") == "running");
  CHECK(shop.wish(event::kind::cancel, "o-1", "changed their mind") == verdict::moved);
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.stock("token").reserved == 0);

  shop.pass(6min); // the stalled command arrives
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a confirmed order cannot be cancelled", "[wish]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("notify-customer")}));
  CHECK(shop.wish(event::kind::cancel, "o-1") == verdict::too_late);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("an order that is being undone is not cancelled once more", "[wish]") {
  shop_on_virtual_time shop;
  shop.submit(
      order_of_token("o-1", {{.step = "reserve-inventory", .kind = refuse, .code = "X"}, stuck_at("refund-payment")}));
  REQUIRE(shop.state_of("o-1") == "compensating");
  CHECK(shop.wish(event::kind::cancel, "o-1") == verdict::repeated);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "UNKNOWN");
  CHECK(shop.balance("buyer-of-o-1") == 500);
}

TEST_CASE("an order can be held at each stage, and goes on exactly there", "[wish]") {
  const std::string stage = GENERATE("charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order",
                                     "notify-customer", "refund-payment", "release-inventory", "cancel-delivery");
  INFO(stage);
  const bool backwards = stage == "refund-payment" || stage == "release-inventory" || stage == "cancel-delivery";
  shop_on_virtual_time shop;
  std::vector<fault> faults{stuck_at(stage)};
  if (backwards)
    faults.push_back({.step = "confirm-order", .kind = refuse, .code = "X"});
  shop.submit(order_of_token("o-1", faults));
  CHECK(shop.wish(event::kind::hold, "o-1", "let me see") == verdict::moved);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error == "let me see");
  CHECK(shop.wish(event::kind::hold, "o-1") == verdict::repeated);
  CHECK(shop.orders_in_memory() == 0);
  shop.pass(1min);
  CHECK(shop.state_of("o-1") == "held");

  CHECK(shop.wish(event::kind::resume, "o-1", "seen") == verdict::moved);
  CHECK(shop.wish(event::kind::resume, "o-1") != verdict::moved);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.state_of("o-1") == (backwards ? "rolled_back" : "completed"));
  CHECK(shop.balance("buyer-of-o-1") == (backwards ? 500 : 450));
  shop.pass(6min);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a held order can be cancelled", "[wish]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  REQUIRE(shop.wish(event::kind::hold, "o-1") == verdict::moved);
  CHECK(shop.wish(event::kind::cancel, "o-1") == verdict::moved);
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an answer that comes while an order is held is not forgotten", "[wish]") {
  shop_on_virtual_time shop;
  auto slow = stuck_at("charge-payment");
  slow.delay = 2s; // within the timeout
  shop.submit(order_of_token("o-1", {slow}));
  REQUIRE(shop.wish(event::kind::hold, "o-1") == verdict::moved);
  shop.pass(5s);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.balance("buyer-of-o-1") == 450);
  REQUIRE(shop.wish(event::kind::resume, "o-1") == verdict::moved);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.balance("buyer-of-o-1") == 450);
}

TEST_CASE("nothing can be wished of an order that nobody knows", "[wish]") {
  shop_on_virtual_time shop;
  for (const auto what : {event::kind::cancel, event::kind::hold, event::kind::resume})
    CHECK(shop.wish(what, "no-such-order") == std::nullopt);
}

TEST_CASE("an order that has ended stays as it ended", "[wish]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1"));
  shop.submit(order_of("o-2", "poor", "token", 11));
  for (const auto* order : {"o-1", "o-2"})
    for (const auto what : {event::kind::cancel, event::kind::hold, event::kind::resume})
      CHECK(shop.wish(what, order) == verdict::too_late);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.outcome_of("o-2") == "INSUFFICIENT_FUND");
}

TEST_CASE("an order that waits in the store can be cancelled before anybody took it up", "[wish]") {
  shop_on_virtual_time shop;
  REQUIRE(shop.office().submit({order_of_token("o-1")}, shop.now()));
  CHECK(shop.wish(event::kind::cancel, "o-1") == verdict::moved);
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  shop.pass(5s);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a wish that is made at any moment of an order's life is answered", "[wish]") {
  const auto what = GENERATE(event::kind::cancel, event::kind::hold, event::kind::resume);
  // The wish is made when the order's actor is about to take message number `at`.
  for (int at = 1; at <= 12; ++at) {
    INFO("before message " << at << " of the order's actor");
    shop_on_virtual_time shop;
    awaited_ptr<std::optional<verdict>> answer;
    int messages = 0;
    shop.beware_of([&](std::string_view actor) {
      if (actor == "order" && ++messages == at)
        answer = shop.hand_in_wish(what, "o-1");
      return false;
    });
    shop.hand_in(order_of_token("o-1", {{.step = "schedule-delivery", .kind = fault_kind::lose_reply, .times = 1}}));
    REQUIRE(shop.pass_until_all_rest());
    if (answer)
      REQUIRE(answer->got);
    if (shop.state_of("o-1") == "held")
      CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
    REQUIRE(shop.pass_until_all_rest());
    CHECK(shop.audit().held == 0);
    CHECK(shop.balance("buyer-of-o-1") == (shop.outcome_of("o-1") == "SUCCESS" ? 450 : 500));
    CHECK(shop.orders_in_memory() == 0);
    CHECK(shop.broken_promises() == "");
  }
}

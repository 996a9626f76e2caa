#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

TEST_CASE("every accepted order ends after a crash at any message", "[restart]") {
  int at = 1;
  for (bool reached = true; reached; ++at) {
    INFO("crash before message " << at);
    shop_on_virtual_time shop;
    int messages = 0;
    shop.beware_of([&](std::string_view) {
      ++messages;
      // Not a thing happens any more in this incarnation.
      return messages >= at;
    });
    const auto forth = shop.hand_in(order_of_token("forth"));
    const auto back = shop.hand_in(
        order_of_token("back", {{.step = "confirm-order", .kind = fault_kind::refuse, .code = "DELIVERY_FAILED"}}));
    shop.settle();
    reached = messages >= at;
    shop.crash();
    shop.beware_of([](std::string_view) { return false; });

    shop.open();
    REQUIRE(shop.pass_until_all_rest());
    if (forth->got && forth->got->accepted)
      CHECK(shop.outcome_of("forth") == "SUCCESS");
    if (back->got && back->got->accepted)
      CHECK(shop.outcome_of("back") == "DELIVERY_FAILED");
    // Whoever got no answer submits again.
    CHECK(shop.submit(order_of_token("forth")).accepted);
    CHECK(shop.outcome_of("forth") == "SUCCESS");
    CHECK(shop.balance("buyer-of-forth") == 450);
    CHECK(shop.balance("buyer-of-back") == 500);
    CHECK(shop.broken_promises() == "");
  }
  CHECK(at > 50);
}

TEST_CASE("the same submission before and after a restart is one order and one charge", "[restart]") {
  shop_on_virtual_time shop;
  CHECK_FALSE(shop.submit(order_of("o-1", "alice", "token", 1)).duplicate);
  shop.crash();
  shop.open();
  CHECK(shop.submit(order_of("o-1", "alice", "token", 1)).duplicate);
  CHECK(shop.balance("alice") == 450);
}

TEST_CASE("many orders under way survive a crash", "[restart]") {
  shop_on_virtual_time shop;
  constexpr int orders = 200;
  for (int i = 0; i < orders; ++i)
    shop.hand_in(order_of_token("o-" + std::to_string(i),
                                {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = i % 2}}));
  shop.settle();
  shop.pass(1s);
  shop.crash();
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  const audit_report audit = shop.audit();
  CHECK(audit.orders == orders);
  CHECK(audit.held == 0);
  CHECK(shop.broken_promises() == "");
}

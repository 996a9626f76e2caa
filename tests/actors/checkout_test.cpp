#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// The codes of the acceptances that were not accepted.
std::string code_of(const acceptance& a) { return a.error ? a.error->code : std::string{}; }

} // namespace

TEST_CASE("an order goes through", "[checkout]") {
  shop_on_virtual_time shop;
  const acceptance answer = shop.submit(order_of("o-1", "alice", "token", 3));

  CHECK(answer.accepted);
  CHECK_FALSE(answer.duplicate);
  CHECK(answer.order == order_id{"o-1"});
  CHECK(shop.state_of("o-1") == "completed");
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.balance("alice") == 500 - 3 * 50);
  CHECK(shop.stock("token").reserved == 3);
  CHECK(shop.history("o-1") == std::vector<std::string>{"order.accepted", "order.step.charge-payment.succeeded",
                                                        "order.step.reserve-inventory.succeeded",
                                                        "order.step.schedule-delivery.succeeded",
                                                        "order.step.confirm-order.succeeded",
                                                        "order.step.notify-customer.succeeded", "order.completed"});
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("without faults an order needs no time but the store's", "[checkout]") {
  shop_on_virtual_time shop;
  const moment before = shop.now();
  shop.submit(order_of_token("o-1"));
  CHECK(shop.state_of("o-1") == "completed");
  CHECK(shop.now() == before);
}

TEST_CASE("an empty purse rolls the order back and leaves the shelf alone", "[checkout]") {
  shop_on_virtual_time shop;
  shop.submit(order_of("o-1", "alice", "token", 11));
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.outcome_of("o-1") == "INSUFFICIENT_FUND");
  CHECK(shop.balance("alice") == 500);
  CHECK(shop.stock("token").reserved == 0);
  CHECK(shop.history("o-1").back() == "order.rolled_back");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an empty shelf gives the money back", "[checkout]") {
  shop_on_virtual_time shop;
  REQUIRE(shop.office().set_price(sku{"rare"}, 100));
  REQUIRE(shop.office().add_stock(sku{"rare"}, 1));
  shop.submit(order_of("o-1", "alice", "rare", 2));
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.outcome_of("o-1") == "INSUFFICIENT_INVENTORY");
  CHECK(shop.balance("alice") == 500);
  CHECK(shop.stock("rare").available == 1);
  CHECK(shop.history("o-1") == std::vector<std::string>{"order.accepted", "order.step.charge-payment.succeeded",
                                                        "order.step.reserve-inventory.refused", "order.compensating",
                                                        "order.step.refund-payment.succeeded", "order.rolled_back"});
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("what cannot be an order is refused by code and leaves nothing behind", "[checkout]") {
  shop_on_virtual_time shop;
  CHECK(code_of(shop.submit(order_of("o-1", "alice", "unheard-of", 1))) == "UNKNOWN_SKU");

  auto overpriced = order_of("o-2", "alice", "token", 1);
  overpriced.lines[0].unit_price = 49;
  CHECK(code_of(shop.submit(overpriced)) == "PRICE_CHANGED");

  CHECK(code_of(shop.submit(order_of("o-3", "alice", "token", checkout::amount_max))) == "TOTAL_OVERFLOW");

  CHECK(code_of(shop.submit(order_of_token("o-4", {{.step = "no-such-step"}}))) == "UNKNOWN_STEP");

  CHECK(shop.audit().orders == 0);
  CHECK(shop.audit().credited == 0);
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("the same order again is the same order; another one under its id is refused", "[checkout]") {
  shop_on_virtual_time shop;
  shop.submit(order_of("o-1", "alice", "token", 1));
  const acceptance again = shop.submit(order_of("o-1", "alice", "token", 1));
  CHECK(again.accepted);
  CHECK(again.duplicate);
  CHECK(code_of(shop.submit(order_of("o-1", "alice", "token", 2))) == "ORDER_ID_REUSED");
  CHECK(shop.balance("alice") == 450);
  CHECK(shop.audit().orders == 1);
}

TEST_CASE("the same order ten times at once is charged once", "[checkout]") {
  shop_on_virtual_time shop;
  std::vector<awaited_ptr<acceptance>> answers;
  for (int i = 0; i < 10; ++i)
    answers.push_back(shop.hand_in(order_of("o-1", "alice", "token", 1)));
  shop.settle();

  int duplicates = 0;
  for (const auto& each : answers) {
    REQUIRE(each->got);
    CHECK(each->got->accepted);
    duplicates += each->got->duplicate ? 1 : 0;
  }
  CHECK(duplicates == 9);
  CHECK(shop.balance("alice") == 450);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an order without an id is given one", "[checkout]") {
  shop_on_virtual_time shop;
  const acceptance one = shop.submit(order_of("", "alice", "token", 1));
  const acceptance other = shop.submit(order_of("", "alice", "token", 1));
  REQUIRE(one.accepted);
  CHECK(other.order != one.order);
  CHECK(shop.state_of(one.order.value) == "completed");
  CHECK(shop.balance("alice") == 400);
}

TEST_CASE("two first orders of a new customer at once both succeed", "[checkout]") {
  shop_on_virtual_time shop;
  shop.hand_in(order_of("o-1", "newcomer", "token", 5));
  shop.hand_in(order_of("o-2", "newcomer", "token", 5));
  shop.settle();
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.outcome_of("o-2") == "SUCCESS");
  CHECK(shop.balance("newcomer") == 0);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("of twenty orders of 50 on a balance of 500 exactly ten succeed", "[checkout]") {
  shop_on_virtual_time shop;
  for (int i = 0; i < 20; ++i)
    shop.hand_in(order_of("o-" + std::to_string(i), "alice", "token", 1));
  shop.settle();

  int successes = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string outcome = shop.outcome_of("o-" + std::to_string(i));
    successes += outcome == "SUCCESS" ? 1 : 0;
    CHECK((outcome == "SUCCESS" || outcome == "INSUFFICIENT_FUND"));
  }
  CHECK(successes == 10);
  CHECK(shop.balance("alice") == 0);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("of twenty orders for the last ten units exactly ten succeed", "[checkout]") {
  shop_on_virtual_time shop;
  REQUIRE(shop.office().set_price(sku{"rare"}, 1));
  REQUIRE(shop.office().add_stock(sku{"rare"}, 10));
  for (int i = 0; i < 20; ++i)
    shop.hand_in(order_of("o-" + std::to_string(i), "buyer-" + std::to_string(i), "rare", 1));
  shop.settle();

  int successes = 0;
  for (int i = 0; i < 20; ++i)
    successes += shop.outcome_of("o-" + std::to_string(i)) == "SUCCESS" ? 1 : 0;
  CHECK(successes == 10);
  CHECK(shop.stock("rare").available == 0);
  CHECK(shop.stock("rare").reserved == 10);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("orders submitted through the back office are taken up", "[checkout]") {
  shop_on_virtual_time shop;
  shop.pass(5s); // long idle
  const auto answers = shop.office().submit({order_of_token("o-1"), order_of_token("o-2")}, shop.now());
  REQUIRE(answers);
  CHECK(shop.state_of("o-1") == "running");
  shop.pass(100ms);
  CHECK(shop.state_of("o-1") == "completed");
  CHECK(shop.state_of("o-2") == "completed");
}

TEST_CASE("a node that is full says so, and takes orders again when there is room", "[checkout]") {
  shop_settings small;
  small.limits.open_orders_max = 2;
  shop_on_virtual_time shop{small};
  const fault stalled{.step = "charge-payment", .kind = fault_kind::stall};
  CHECK(shop.submit(order_of_token("o-1", {stalled})).accepted);
  CHECK(shop.submit(order_of_token("o-2", {stalled})).accepted);

  const acceptance third = shop.submit(order_of_token("o-3"));
  CHECK_FALSE(third.accepted);
  CHECK(code_of(third) == "BUSY");
  CHECK(third.order == order_id{"o-3"});
  CHECK(shop.orders_in_memory() == 2);

  // Nor does it take orders out of the store meanwhile.
  REQUIRE(shop.office().submit({order_of_token("o-4")}, shop.now()));
  shop.pass(1s);
  CHECK(shop.orders_in_memory() == 2);
  CHECK(shop.state_of("o-4") == "running");

  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-4") == "SUCCESS");
  CHECK(shop.submit(order_of_token("o-3")).accepted);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("orders that arrive together do not slip past the bound", "[checkout]") {
  shop_settings small;
  small.limits.open_orders_max = 2;
  shop_on_virtual_time shop{small};
  std::vector<awaited_ptr<acceptance>> answers;
  for (int i = 0; i < 5; ++i)
    answers.push_back(shop.hand_in(order_of_token("o-" + std::to_string(i))));
  shop.settle();
  int busy = 0;
  for (const auto& each : answers)
    busy += code_of(*each->got) == "BUSY" ? 1 : 0;
  CHECK(busy == 3);
}

TEST_CASE("more orders than a node takes at once all end in their turn", "[checkout]") {
  shop_settings small;
  small.limits.open_orders_max = 3;
  shop_on_virtual_time shop{small};
  std::vector<checkout::submission> many;
  for (int i = 0; i < 50; ++i)
    many.push_back(order_of_token("o-" + std::to_string(i)));
  REQUIRE(shop.office().submit(many, shop.now()));
  REQUIRE(shop.pass_until_all_rest(5s));
  CHECK(shop.stock("token").reserved == 50);
}

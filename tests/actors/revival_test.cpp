#include <memory>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;
using namespace std::chrono_literals;

namespace {

/// Strikes one actor, before it takes message number `at` of its kind.
class blow {
public:
  blow(std::string kind, int at) : kind_(std::move(kind)), at_(at) {}

  shop_on_virtual_time::killer as_killer() {
    return [this](std::string_view actor) { return actor == kind_ && ++seen_ == at_; };
  }
  bool fell() const { return seen_ >= at_; }

private:
  std::string kind_;
  int at_;
  int seen_ = 0;
};

struct order_to_survive {
  std::string what;
  std::vector<fault> faults;
  std::string outcome;
  checkout::money balance;
};

const order_to_survive way_to_success{"on the way to success", {}, "SUCCESS", 450};
const order_to_survive way_back{"on the way back",
                                {{.step = "confirm-order", .kind = fault_kind::refuse, .code = "DELIVERY_FAILED"}},
                                "DELIVERY_FAILED",
                                500};
const order_to_survive way_round{"with each step in doubt at first",
                                 {{.step = "charge-payment", .kind = fault_kind::lose_reply, .times = 1},
                                  {.step = "confirm-order", .kind = fault_kind::kill_after, .times = 1},
                                  {.step = "notify-customer", .kind = fault_kind::kill, .times = 1}},
                                 "SUCCESS",
                                 450};

/// Runs the order while `victim` is killed at message `at`; false when the order ended before that.
bool survives(const order_to_survive& order, const std::string& victim, int at) {
  INFO(order.what << ", " << victim << " killed before message " << at);
  blow death{victim, at};
  shop_on_virtual_time shop;
  shop.beware_of(death.as_killer());
  shop.hand_in(order_of_token("o-1", order.faults));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == order.outcome);
  CHECK(shop.balance("buyer-of-o-1") == order.balance);
  CHECK(shop.broken_promises() == "");
  CHECK(shop.orders_in_memory() == 0);
  return death.fell();
}

void survives_any(const order_to_survive& order, const std::string& victim, int at_least) {
  int at = 1;
  while (survives(order, victim, at))
    ++at;
  INFO("so many messages were tried: " << at - 1);
  CHECK(at - 1 >= at_least);
}

} // namespace

TEST_CASE("an order whose actor is killed at any message is revived from the journal and ends right", "[revival]") {
  survives_any(way_to_success, "order", 6);
  survives_any(way_back, "order", 9);
  survives_any(way_round, "order", 9);
}

TEST_CASE("a participant that is killed at any message is replaced and orders go on", "[revival]") {
  for (const auto* victim : {"payment", "inventory", "delivery", "orders", "notification"}) {
    survives_any(way_to_success, victim, 1);
    survives_any(way_round, victim, 1);
  }
  for (const auto* victim : {"payment", "inventory", "delivery"})
    survives_any(way_back, victim, 2);
}

TEST_CASE("a participant's death is nothing to the orders of others", "[revival]") {
  shop_on_virtual_time shop;
  blow death{"payment", 1};
  shop.beware_of(death.as_killer());
  shop.submit(order_of_token("hit"));
  shop.submit(order_of_token("unhurt"));
  CHECK(death.fell());
  CHECK(shop.state_of("unhurt") == "completed");
  CHECK(shop.state_of("hit") == "running");
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("hit") == "SUCCESS");
}

TEST_CASE("an order whose actor always dies is held with the reason, not retried for ever", "[revival]") {
  shop_on_virtual_time shop;
  int deaths = 0;
  shop.beware_of([&](std::string_view actor) { return actor == "order" && ++deaths > 0; });
  shop.submit(order_of_token("o-1"));
  REQUIRE(shop.pass_until_all_rest(1min));
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error == "its actor died 6 times in a row");
  CHECK(shop.history("o-1").back() == "order.held");
  const int deaths_until_held = deaths;
  shop.pass(5min);
  CHECK(deaths == deaths_until_held);
  CHECK(shop.orders_in_memory() == 0);

  // A person who has removed the cause sends it on.
  shop.beware_of([](std::string_view) { return false; });
  CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.balance("buyer-of-o-1") == 450);
}

TEST_CASE("an order that dies often, but gets on each time, is not given up", "[revival]") {
  shop_on_virtual_time shop;
  int messages = 0;
  // Each actor takes two messages and dies of the third.
  shop.beware_of([&](std::string_view actor) { return actor == "order" && ++messages % 3 == 0; });
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::kill, .times = 2},
                                     {.step = "reserve-inventory", .kind = fault_kind::kill, .times = 2},
                                     {.step = "schedule-delivery", .kind = fault_kind::kill, .times = 2},
                                     {.step = "notify-customer", .kind = fault_kind::kill, .times = 9}}));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(messages > 3 * 6);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a wish that an order's actor always dies of is answered", "[revival]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::stall}}));
  shop.beware_of([](std::string_view actor) { return actor == "order"; });
  const auto answer = shop.hand_in_wish(event::kind::cancel, "o-1");
  REQUIRE(shop.pass_until_all_rest(1min));
  CHECK(answer->broken);
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("a node that loses an actor which nobody can replace says so and is started again", "[revival]") {
  const std::string needed = GENERATE("directory", "store-gateway", "switchboard", "timekeeper");
  INFO("without its " << needed);
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::stall, .times = 1}}));
  shop.beware_of([&](std::string_view actor) { return actor == needed; });
  shop.hand_in(order_of_token("o-2"));
  shop.pass(10s);
  CHECK(shop.broken_count() == 1);
  shop.beware_of([](std::string_view) { return false; });
  shop.crash();
  CHECK(shop.broken_count() == 1);
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

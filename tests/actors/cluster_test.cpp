#include <array>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_the_bus.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

using enum fault_kind;

fault on(std::string_view step, fault_kind kind, int times = 0) {
  return {.step = std::string{step}, .kind = kind, .times = times, .delay = {}, .code = kind == refuse ? "NO_WAY" : ""};
}

/// Orders that suffer whatever can be injected, once and always, on the way and back.
std::vector<checkout::submission> orders_of_all_kinds() {
  constexpr std::array kinds{kill, kill_after, stall, refuse, lose_reply, duplicate_reply, late_reply};
  std::vector<checkout::submission> orders{order_of("poor", "poor", "token", 11),
                                           order_of("greedy", "greedy", "rare", 2), order_of_token("plain")};
  for (const fault_kind kind : kinds)
    for (const int times : {0, 1}) {
      for (const auto* step : {"charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order"})
        orders.push_back(order_of_token({}, {on(step, kind, times)}));
      orders.push_back(order_of_token({}, {on("reserve-inventory", refuse), on("refund-payment", kind, times)}));
      orders.push_back(order_of_token({}, {on("confirm-order", refuse), on("cancel-delivery", kind, times)}));
      orders.push_back(order_of_token({}, {on("notify-customer", kind, 1)}));
    }
  for (std::size_t i = 3; i < orders.size(); ++i) {
    orders[i].order = order_id{"o-" + std::to_string(i)};
    orders[i].customer = customer_id{"buyer-of-o-" + std::to_string(i)};
  }
  return orders;
}

/// One line for each order: how it ended, and what its customer has left.
std::vector<std::string> endings_on(std::vector<node_role> cluster) {
  shop_on_the_bus world{{}, std::move(cluster)};
  auto& shop = world.shop();
  REQUIRE(shop.office().set_price(sku{"rare"}, 100));
  const auto orders = orders_of_all_kinds();
  for (const auto& each : orders)
    world.submit(each);
  shop.settle();
  for (const auto& [correlation, answer] : world.answers())
    CHECK(answer["accepted"] == true);
  CHECK(world.answers().size() == orders.size());
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(5min); // for what is late

  std::vector<std::string> lines;
  std::vector<std::string> names;
  for (const auto& each : orders) {
    const std::string& id = each.order.value;
    names.push_back(id);
    lines.push_back(id + ": " + shop.state_of(id) + ' ' + shop.outcome_of(id) + ", " +
                    std::to_string(shop.balance(each.customer.value)) + " left");
  }
  CHECK(shop.broken_promises() == "");
  CHECK(world.wrongly_told(names) == std::vector<std::string>{});
  CHECK(world.dead_letters().empty());
  return lines;
}

} // namespace

TEST_CASE("an order that comes as a message goes through, and its customer is told", "[cluster]") {
  const auto cluster = GENERATE(one_node(), a_node_for_each_role());
  shop_on_the_bus world{{}, cluster};
  auto& shop = world.shop();
  world.submit(order_of("o-1", "alice", "token", 3));
  shop.pass(2s);
  CHECK(world.answer_to(1) == json{{"order_id", "o-1"}, {"accepted", true}, {"duplicate", false}});
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.balance("alice") == 350);
  CHECK(shop.stock("token").reserved == 3);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("the same cases end the same with all roles in one node and with each role on its own", "[cluster]") {
  const auto together = endings_on(one_node());
  const auto apart = endings_on(a_node_for_each_role());
  CHECK(together == apart);
  CHECK(together[0] == "poor: rolled_back INSUFFICIENT_FUND, 500 left");
  CHECK(together[1] == "greedy: rolled_back INSUFFICIENT_INVENTORY, 500 left");
  CHECK(together[2] == "plain: completed SUCCESS, 450 left");
}

TEST_CASE("a node that loses an actor which speaks with the broker says so and is started again", "[cluster]") {
  const std::string needed = GENERATE("intake", "event-publisher", "remote-participants", "command-server");
  INFO("without its " << needed);
  shop_on_the_bus world{{}, a_node_for_each_role()};
  auto& shop = world.shop();
  bool killed = false;
  shop.beware_of([&](std::string_view actor) { return actor == needed && !std::exchange(killed, true); });
  for (int i = 0; i < 5; ++i)
    world.submit(order_of_token("o-" + std::to_string(i)));
  shop.pass(1s);
  CHECK(shop.broken_count() == 1);
  shop.crash();
  shop.open();
  REQUIRE(shop.pass_until([&] { return shop.audit().orders == 5; }, 1min));
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(1min);
  for (int i = 0; i < 5; ++i)
    CHECK(shop.outcome_of("o-" + std::to_string(i)) == "SUCCESS");
  CHECK(world.wrongly_told({"o-0", "o-1", "o-2", "o-3", "o-4"}) == std::vector<std::string>{});
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a node that drains serves and tells to the end, and leaves nothing behind", "[cluster]") {
  shop_on_the_bus world{{}, a_node_for_each_role()};
  auto& shop = world.shop();
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) {
    names.push_back("o-" + std::to_string(i));
    world.submit(order_of_token(
        names.back(),
        {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = milliseconds{i * 300}}}));
  }
  shop.settle();
  CHECK(shop.close(2s, 10s));
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(1min);
  CHECK(world.wrongly_told(names) == std::vector<std::string>{});
  CHECK(shop.stock("token").reserved == 10);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("whichever node dies, and comes back, its orders end", "[cluster]") {
  const std::string victim = GENERATE("orchestrator", "payment", "inventory", "delivery");
  const auto after = GENERATE(0ms, 700ms, 4s);
  INFO(victim << " dies after " << after.count() << " ms");
  shop_on_the_bus world{{}, a_node_for_each_role()};
  auto& shop = world.shop();
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    names.push_back("o-" + std::to_string(i));
    world.submit(order_of_token(
        names.back(),
        {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = milliseconds{i * 200}}}));
  }
  shop.pass(after);
  shop.crash(victim);
  shop.pass(1min);
  shop.open(victim);
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(1min);
  for (const std::string& each : names)
    CHECK(shop.outcome_of(each) == "SUCCESS");
  CHECK(shop.broken_promises() == "");
  CHECK(world.wrongly_told(names) == std::vector<std::string>{});
}

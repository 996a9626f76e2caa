#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"
#include "tests/actors/stuck_orders.hpp"

using namespace sagad;
using namespace sagad::tests;
using enum operations::operator_action;

namespace {

/// Its undo is refused as often as it is tried before somebody resumes it.
std::vector<fault> until_resumed() {
  return {{.step = "confirm-order", .kind = fault_kind::refuse, .code = "X"},
          {.step = "refund-payment", .kind = fault_kind::refuse, .times = 3, .code = "CLOSED"}};
}

} // namespace

TEST_CASE("an order that is in memory is repaired at the operator's word, and says whose that was", "[repair]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  shop.pass(100ms); // until the store knows where it stands
  const std::string op = shop.repair(cancel, {"o-1"}).id;
  shop.pass(100ms);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::applied);
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  const auto history = shop.office().history(order_id{"o-1"}, 0);
  const auto wanted =
      std::find_if(history->begin(), history->end(), [](const fact& f) { return f.type == "order.cancel-requested"; });
  REQUIRE(wanted != history->end());
  CHECK(wanted->detail == "olga: night shift");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("what is not released is not begun", "[repair]") {
  shop_on_virtual_time shop;
  for (const std::string id : {"o-1", "o-2"})
    shop.submit(order_of_token(id, {stuck_at("schedule-delivery")}));
  shop.pass(100ms);
  const std::string op = shop.repair(cancel, {"o-1", "o-2"}, 1).id;
  shop.pass(1min);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::applied);
  CHECK(shop.repair_of(op, "o-2").state == repair_state::planned);
  CHECK(shop.state_of("o-2") != "rolled_back");
}

TEST_CASE("a held order is resumed, and leaves memory again when it ends or is held again", "[repair]") {
  shop_settings settings;
  settings.steps["refund-payment"].attempts = 3;
  shop_on_virtual_time shop{settings};
  shop.submit(order_of_token("o-1", until_resumed()));
  REQUIRE(shop.pass_until_all_rest());
  REQUIRE(shop.state_of("o-1") == "held");
  REQUIRE(shop.orders_in_memory() == 0);
  const std::string op = shop.repair(resume, {"o-1"}).id;
  shop.pass(5s);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::applied);
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.office().settle_repairs(op)->value().counts.well == 1);
}

TEST_CASE("an order that rests is repaired as it stands", "[repair]") {
  shop_settings settings;
  settings.steps["charge-payment"].backoff_initial = 10min;
  settings.steps["charge-payment"].backoff_max = 10min;
  shop_on_virtual_time shop{settings};
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::kill, .times = 1}}));
  shop.pass(1s);
  REQUIRE(shop.orders_in_memory() == 0);
  const std::string op = shop.repair(retry, {"o-1"}).id;
  shop.pass(1s);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::applied);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a repair that the saga refuses leaves no trace in the order, and the order leaves memory", "[repair]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  REQUIRE(shop.wish(event::kind::hold, "o-1", "let me see") == verdict::moved);
  const saga before = shop.order("o-1").now;
  const std::string op = shop.repair(retry, {"o-1"}).id;
  shop.pass(1s);
  const repair r = shop.repair_of(op, "o-1");
  CHECK(r.state == repair_state::refused);
  CHECK(r.because == "the order is held: resume is for it");
  CHECK(shop.order("o-1").now == before);
  CHECK(shop.order("o-1").owner.empty());
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("a repair that came too late for an order says so", "[repair]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("done"));
  shop.submit(
      order_of_token("o-1", {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = 1s}}));
  shop.crash();
  const std::string op = shop.repair(cancel, {"done", "o-1"}, 1).id; // the one of o-1 is released later
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  REQUIRE(shop.outcome_of("o-1") == "SUCCESS");
  REQUIRE(shop.office().release_repairs(op, 1, "pacer", shop.now())->value() == 1);
  shop.pass(2s);
  CHECK(shop.repair_of(op, "done").state == repair_state::refused);
  CHECK(shop.repair_of(op, "done").because == "the order is completed");
  CHECK(shop.repair_of(op, "o-1").state == repair_state::moved_on);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.orders_in_memory() == 0);
}

TEST_CASE("an order of a definition that this node does not know is not repaired by it, nor kept from another one",
          "[repair]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  REQUIRE(shop.wish(event::kind::hold, "o-1") == verdict::moved);
  shop.crash();
  shop.settings().knows = {};
  shop.open();
  const std::string op = shop.repair(resume, {"o-1"}).id;
  shop.pass(2s);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::refused);
  CHECK(shop.repair_of(op, "o-1").because == "this program does not know definition checkout, version 1");
  CHECK(shop.order("o-1").owner.empty());
  CHECK(shop.state_of("o-1") == "held");

  shop.crash();
  shop.settings().knows = {&checkout::checkout_saga};
  shop.open();
  const std::string again = shop.repair(resume, {"o-1"}).id;
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.repair_of(again, "o-1").state == repair_state::applied);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("what a repaired order does is told to listeners at once, though it had left memory", "[repair]") {
  shop_on_the_bus world;
  auto& shop = world.shop();
  world.submit(order_of_token("o-1", {stuck_at("schedule-delivery", 3s)}));
  shop.pass(100ms);
  REQUIRE(shop.wish(event::kind::hold, "o-1") == verdict::moved);
  shop.pass(2min);
  REQUIRE(shop.orders_in_memory() == 0);
  shop.repair(resume, {"o-1"});
  shop.pass(5s);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(world.wrongly_told({"o-1"}) == std::vector<std::string>{});
}

TEST_CASE("a node that is full of orders hears its operator", "[repair]") {
  shop_settings settings;
  settings.limits.open_orders_max = 1;
  shop_on_virtual_time shop{settings};
  shop.submit(order_of_token("held", {stuck_at("schedule-delivery")}));
  REQUIRE(shop.wish(event::kind::hold, "held") == verdict::moved);
  shop.submit(order_of_token("open", {{.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = 1h}}));
  REQUIRE(shop.orders_in_memory() == 1);
  const std::string op = shop.repair(cancel, {"held", "open"}).id;
  shop.pass(2s);
  CHECK(shop.repair_of(op, "held").state == repair_state::applied);
  CHECK(shop.repair_of(op, "open").state == repair_state::applied);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("more repairs than a node takes at a time are all carried out", "[repair]") {
  shop_settings settings;
  settings.limits.repairs_taken_max = 7;
  shop_on_virtual_time shop{settings};
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) {
    names.push_back("o-" + std::to_string(i));
    shop.hand_in(order_of_token(names.back(), {stuck_at("schedule-delivery")}));
  }
  shop.pass(200ms);
  const std::string op = shop.repair(compensate, names).id;
  shop.pass(5s);
  CHECK(shop.office().find_operation(op)->value().counts.applied == 60);
  CHECK(shop.stock("token").reserved == 0);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("two operations on one order: the first one counts, the other one came too late", "[repair]") {
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  shop.pass(100ms);
  const std::string first = shop.repair(hold, {"o-1"}).id;
  const std::string second = shop.repair(cancel, {"o-1"}).id;
  shop.pass(1s);
  CHECK(shop.repair_of(first, "o-1").state == repair_state::applied);
  CHECK(shop.repair_of(second, "o-1").state == repair_state::moved_on);
  CHECK(shop.state_of("o-1") == "held");
}

TEST_CASE("a repair that waits for the store longer than it is lent is applied once, and said to be", "[repair]") {
  const auto befalls = std::make_shared<lot>();
  shop_settings settings;
  settings.between = [=](std::shared_ptr<store> behind) { return std::make_shared<faulty_store>(behind, befalls); };
  settings.gateways = 2; // the keeper goes on while the others cannot commit
  settings.steps["schedule-delivery"].reply_timeout = 2min;
  shop_on_virtual_time shop{settings};
  int handed_out = 0;
  shop.submit(order_of_token("o-1", {stuck_at("schedule-delivery")}));
  shop.pass(100ms);
  const std::string op = shop.repair(cancel, {"o-1"}).id;
  befalls->meet([&](store_call what, int) {
    handed_out += what == store_call::claim_repairs ? 1 : 0;
    return what == store_call::commit ? mishap::unavailable : mishap::none;
  });
  shop.pass(35s); // it is handed out three times
  CHECK(handed_out > 3);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::released);
  befalls->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(30s);
  CHECK(shop.repair_of(op, "o-1").state == repair_state::applied);
  CHECK(said_of(shop, "o-1", "order.cancel-requested") == 1);
  CHECK(shop.outcome_of("o-1") == "CANCELLED");
  CHECK(shop.broken_promises() == "");
}

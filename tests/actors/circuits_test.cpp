#include "actors/circuits.hpp"

#include <catch2/catch.hpp>

#include "tests/actors/shop_with_a_stranger.hpp"

using namespace sagad;
using namespace sagad::tests;
using actors::circuits;
using operations::circuit_override;

namespace {

constexpr moment noon{12h};

participant_rule rule(std::string on, circuit_override forced) {
  return {.on = std::move(on), .forced = forced, .who = "olga", .why = "it is being mended", .since = noon};
}

/// So many commands in a row that nobody answers.
void fall_silent(circuits& c, const std::string& participant, int count) {
  for (int i = 0; i < count; ++i)
    c.heard(participant, {.sent_at = noon, .at = noon + 3s, .answered = false, .code = "TIMEOUT"});
}

std::vector<named_circuit> circuits_told(shop_on_virtual_time& shop) {
  return shop.office().status(shop.now())->nodes.back().circuits;
}

} // namespace

TEST_CASE("each participant has a circuit of its own", "[circuits]") {
  circuits c;
  fall_silent(c, "payment", 10);
  const auto stop = c.stops("payment", "charge-payment", noon + 3s);
  REQUIRE(stop);
  CHECK(stop->code == codes::circuit_open);
  CHECK_FALSE(c.stops("inventory", "reserve-inventory", noon + 3s));
  REQUIRE(c.remarkable().size() == 1);
  CHECK(c.remarkable()[0].participant == "payment");
}

TEST_CASE("a rule on a participant stops all its questions, a rule on a question stops that one", "[circuits]") {
  circuits c;
  c.go_by({rule("payment", circuit_override::forced_open), rule("release-inventory", circuit_override::forced_open)},
          noon);
  CHECK(c.stops("payment", "charge-payment", noon)->code == codes::participant_held);
  CHECK(c.stops("payment", "refund-payment", noon)->why == "participant payment is held by olga: it is being mended");
  CHECK_FALSE(c.stops("inventory", "reserve-inventory", noon));
  CHECK(c.stops("inventory", "release-inventory", noon)->why ==
        "release-inventory is held by olga: it is being mended");
  c.go_by({}, noon + 1s);
  CHECK_FALSE(c.stops("payment", "charge-payment", noon + 1s));
  CHECK_FALSE(c.stops("inventory", "release-inventory", noon + 1s));
  CHECK(c.remarkable().empty());
}

TEST_CASE("an operator's word lets commands through whatever the circuit says", "[circuits]") {
  circuits c;
  fall_silent(c, "payment", 10);
  c.go_by({rule("payment", circuit_override::forced_closed)}, noon);
  CHECK_FALSE(c.stops("payment", "charge-payment", noon + 3s));
  const int told = c.changes();
  c.go_by({rule("payment", circuit_override::forced_closed)}, noon + 1s);
  CHECK(c.changes() == told); // nothing new
}

TEST_CASE("what an order is told to fail of, and what the node's own store does, says nothing of a participant",
          "[circuits]") {
  using enum reply_outcome;
  CHECK(actors::tells_of_participant(succeeded, "", false) == true);
  CHECK(actors::tells_of_participant(refused, "NO_FUNDS", true) == true);
  CHECK(actors::tells_of_participant(failed, "HANDLER_DIED", false) == false);
  CHECK(actors::tells_of_participant(failed, "HANDLER_DIED", true) == std::nullopt);
  CHECK(actors::tells_of_participant(failed, "STORE_UNAVAILABLE", false) == std::nullopt);
  CHECK(actors::tells_of_participant(failed, "NO_PARTICIPANT", false) == std::nullopt);
  CHECK(actors::tells_of_participant(undelivered, "QUEUE_FULL", false) == std::nullopt);
}

TEST_CASE("while an operator holds a participant its orders wait, fail nobody, and go on when it is released",
          "[circuits]") {
  const std::string on = GENERATE("payment", "charge-payment");
  shop_on_virtual_time shop;
  REQUIRE(shop.office().set_participant_rule(rule(on, circuit_override::forced_open)));
  shop.pass(1s);
  for (int i = 0; i < 20; ++i)
    CHECK(shop.submit(order_of_token("o-" + std::to_string(i))).accepted);
  shop.pass(5min);
  for (int i = 0; i < 20; ++i)
    CHECK(shop.state_of("o-" + std::to_string(i)) == "running");
  CHECK(shop.order("o-0").now.wrong.code == "PARTICIPANT_HELD");
  CHECK(shop.history("o-0") ==
        std::vector<std::string>{"order.accepted", "order.step.charge-payment.undelivered"}); // said once
  CHECK(circuits_told(shop).size() == (on == "payment" ? 1 : 0));

  REQUIRE(shop.office().clear_participant_rule(on, "olga", "mended", shop.now()).value_or(false));
  REQUIRE(shop.pass_until_all_rest(3min));
  for (int i = 0; i < 20; ++i) {
    CHECK(shop.outcome_of("o-" + std::to_string(i)) == "SUCCESS");
    CHECK(shop.order("o-" + std::to_string(i)).now.steps[0].attempts == 1);
  }
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("holding one undo holds back what is being undone, and nothing else", "[circuits]") {
  shop_on_virtual_time shop;
  REQUIRE(shop.office().set_participant_rule(rule("refund-payment", circuit_override::forced_open)));
  shop.pass(1s);
  shop.submit(order_of_token("good"));
  shop.submit(order_of_token("bad", {{.step = "schedule-delivery", .kind = fault_kind::refuse, .code = "X"}}));
  shop.pass(1min);
  CHECK(shop.outcome_of("good") == "SUCCESS");
  CHECK(shop.state_of("bad") == "compensating");
  CHECK(shop.balance("buyer-of-bad") == 450);
  REQUIRE(shop.office().clear_participant_rule("refund-payment", "olga", "mended", shop.now()));
  REQUIRE(shop.pass_until_all_rest(3min));
  CHECK(shop.state_of("bad") == "rolled_back");
  CHECK(shop.balance("buyer-of-bad") == 500);
}

TEST_CASE("a rule holds in a node that is started under it", "[circuits]") {
  shop_on_virtual_time shop;
  REQUIRE(shop.office().set_participant_rule(rule("payment", circuit_override::forced_open)));
  shop.crash();
  shop.open();
  shop.pass(1s);
  shop.submit(order_of_token("o-1"));
  shop.pass(1min);
  CHECK(shop.balance("buyer-of-o-1") == 500);
}

TEST_CASE("a participant that falls silent is asked by one order at a time, until it answers", "[circuits]") {
  shop_with_a_stranger world;
  auto& shop = world.shop;
  for (int i = 0; i < 10; ++i)
    shop.submit(order_of_token("early-" + std::to_string(i)));
  REQUIRE(world.payment.commands.size() == 10);
  shop.pass(4s);
  REQUIRE(circuits_told(shop).size() == 1);
  CHECK(circuits_told(shop)[0].participant == "payment");
  CHECK(circuits_told(shop)[0].now.state != operations::circuit::closed);

  for (int i = 0; i < 50; ++i)
    shop.submit(order_of_token("late-" + std::to_string(i)));
  const std::size_t before = world.payment.commands.size();
  shop.pass(1min);
  CHECK(world.payment.commands.size() <= before + 12); // probes: after 1, 2, 4, 8, ... seconds, each with its patience
  CHECK(shop.order("late-49").now.wrong.code == "CIRCUIT_OPEN");
  for (int i = 0; i < 50; ++i)
    CHECK(shop.state_of("late-" + std::to_string(i)) == "running");

  REQUIRE(world.pass_until_all_rest());
  CHECK(circuits_told(shop).empty());
  for (int i = 0; i < 50; ++i)
    CHECK(shop.outcome_of("late-" + std::to_string(i)) == "SUCCESS");
}

TEST_CASE("an operator may send commands to a participant whose circuit is open", "[circuits]") {
  shop_with_a_stranger world;
  auto& shop = world.shop;
  for (int i = 0; i < 10; ++i)
    shop.submit(order_of_token("early-" + std::to_string(i)));
  shop.pass(4s);
  REQUIRE(shop.office().set_participant_rule(rule("payment", circuit_override::forced_closed)));
  shop.pass(1s);
  const std::size_t before = world.payment.commands.size();
  for (int i = 0; i < 50; ++i)
    shop.submit(order_of_token("late-" + std::to_string(i)));
  CHECK(world.payment.commands.size() == before + 50);
}

TEST_CASE("orders that are told to fail open no circuit", "[circuits]") {
  const auto kind = GENERATE(fault_kind::stall, fault_kind::kill, fault_kind::lose_reply);
  shop_on_virtual_time shop;
  for (int i = 0; i < 30; ++i)
    shop.submit(order_of_token("o-" + std::to_string(i), {{.step = "charge-payment", .kind = kind}}));
  for (int i = 0; i < 100; ++i) {
    shop.pass(500ms);
    CHECK(circuits_told(shop).empty());
  }
}

TEST_CASE("a node whose own store is away opens no circuit", "[circuits]") {
  const auto befalls = std::make_shared<lot>();
  shop_settings settings;
  settings.between = [=](std::shared_ptr<store> behind) { return std::make_shared<faulty_store>(behind, befalls); };
  shop_on_virtual_time shop{settings};
  for (int i = 0; i < 30; ++i)
    shop.submit(order_of_token("o-" + std::to_string(i),
                               {{.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = 2s}}));
  befalls->meet(fates::every(store_call::commit, mishap::unavailable));
  for (int i = 0; i < 20; ++i) {
    shop.pass(500ms);
    CHECK(circuits_told(shop).empty());
  }
  befalls->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("another node's commands are carried out though an operator holds the participant here", "[circuits]") {
  // Whoever asks holds its commands back itself; what has come is answered.
  shop_on_the_bus world{{}, a_node_for_each_role()};
  auto& shop = world.shop();
  shop.settle();
  REQUIRE(shop.office().set_participant_rule(rule("payment", circuit_override::forced_open)));
  shop.pass(1s);
  shop.submit(order_of_token("o-1"));
  shop.pass(1min);
  CHECK(shop.balance("buyer-of-o-1") == 500);
  REQUIRE(shop.office().clear_participant_rule("payment", "olga", "mended", shop.now()));
  REQUIRE(shop.pass_until_all_rest(3min));
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"
#include "workflows/messages.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/correlation_id.hpp"
#include "workflows/wire/queue_names.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

const std::string payment_queue = wire::commands_queue("payment");

/// A node that plays payment alone, and an orchestrator of somebody else's who speaks with it by hand.
struct payment_alone {
  std::shared_ptr<lot> store = std::make_shared<lot>();
  shop_on_the_bus world;
  shop_on_virtual_time& shop = world.shop();

  explicit payment_alone(shop_settings settings = {}) : world{with(std::move(settings)), a_node_for_each_role()} {
    world.broker().declare("asker");
    shop.settle();
  }

  command charge(const std::string& order, action what = action::perform, int attempt = 1) const {
    return {.saga = saga_id{order},
            .order = order_id{order},
            .participant = {},
            .step = "charge-payment",
            .what = what,
            .idempotency_key = order + "/charge-payment",
            .attempt = attempt,
            .deadline = shop.now() + 3s,
            .payload = {{"customer_id", "alice"}, {"amount", 50}},
            .injected = {}};
  }
  void ask(const command& c, const std::string& reply_to = "asker") {
    ask_with(wire::to_message(c), wire::correlation_id_of(c), reply_to);
  }
  void ask_with(std::string body, std::string correlation, const std::string& reply_to = "asker") {
    REQUIRE(world.broker().put({.exchange = {},
                                .routing_key = payment_queue,
                                .body = std::move(body),
                                .correlation_id = std::move(correlation),
                                .reply_to = reply_to,
                                .headers = {{"traceparent", "00-aa-bb-01"}}}) == publish_fate::confirmed);
    shop.settle();
  }
  std::vector<incoming_message> answers() { return world.broker().take("asker"); }
  bool all_acknowledged() {
    return world.broker().waiting(payment_queue) == 0 && world.broker().unacknowledged(payment_queue) == 0;
  }

private:
  shop_settings with(shop_settings settings) {
    settings.between_others = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::move(behind), store);
    };
    return settings;
  }
};

std::string outcome_of(const incoming_message& m) { return json::parse(m.body)["outcome"]; }

} // namespace

TEST_CASE("a command is carried out once however often it comes, and answered each time", "[command-server]") {
  payment_alone node;
  for (int i = 0; i < 3; ++i)
    node.ask(node.charge("o-1"));
  const auto answers = node.answers();
  REQUIRE(answers.size() == 3);
  for (const incoming_message& each : answers) {
    CHECK(outcome_of(each) == "succeeded");
    CHECK(each.correlation_id == "o-1/charge-payment/do/1");
    CHECK(each.headers == std::vector<message_header>{{"traceparent", "00-aa-bb-01"}});
  }
  CHECK(node.shop.balance("alice") == 450);
  CHECK(node.all_acknowledged());
}

TEST_CASE("an undo that overtakes its do blocks it, over the broker too", "[command-server]") {
  payment_alone node;
  node.ask(node.charge("o-1", action::undo));
  node.ask(node.charge("o-1"));
  const auto answers = node.answers();
  REQUIRE(answers.size() == 2);
  CHECK(outcome_of(answers[0]) == "succeeded");
  CHECK(json::parse(answers[1].body)["code"] == "UNDONE");
  CHECK(node.shop.balance("alice") == 500);
}

TEST_CASE("a command without an address for the answer is carried out all the same", "[command-server]") {
  payment_alone node;
  node.ask(node.charge("o-1"), "");
  CHECK(node.shop.balance("alice") == 450);
  CHECK(node.all_acknowledged());
}

TEST_CASE("what is no command goes to the dead letters with its bytes, and the next one is served",
          "[command-server]") {
  payment_alone node;
  const std::vector<std::string> rubbish{
      "", "{}", "[1]", "\xff\xfe", R"({"saga_id":"o-1"})", std::string(1'200'000, '{')};
  for (const std::string& each : rubbish)
    node.ask_with(each, "c");
  CHECK(node.answers().empty());
  REQUIRE(node.world.dead_letters().size() == rubbish.size());
  for (std::size_t i = 0; i < rubbish.size(); ++i) {
    CHECK(node.world.dead_letters()[i].body == rubbish[i]);
    const auto& headers = node.world.dead_letters()[i].headers;
    CHECK(std::find(headers.begin(), headers.end(), message_header{"x-saga-source", payment_queue}) != headers.end());
  }
  CHECK(node.all_acknowledged());
  node.ask(node.charge("o-1"));
  CHECK(node.answers().size() == 1);
}

TEST_CASE("a command with a payload that makes no sense is refused, and kept", "[command-server]") {
  payment_alone node;
  auto nonsense = node.charge("o-1");
  nonsense.payload = {{"customer_id", "alice"}, {"amount", -1}};
  node.ask(nonsense);
  const auto answers = node.answers();
  REQUIRE(answers.size() == 1);
  CHECK(json::parse(answers[0].body)["code"] == "BAD_PAYLOAD");
  CHECK(node.all_acknowledged());
}

TEST_CASE("an instruction to fail is honoured only where the node allows it", "[command-server]") {
  shop_settings settings;
  settings.allow_faults = GENERATE(true, false);
  payment_alone node{settings};
  auto harmful = node.charge("o-1");
  harmful.injected = fault{.step = "charge-payment", .kind = fault_kind::kill};
  node.ask(harmful);
  const auto answers = node.answers();
  REQUIRE(answers.size() == 1);
  CHECK(outcome_of(answers[0]) == (settings.allow_faults ? "failed" : "succeeded"));
}

TEST_CASE("a command that is never answered is not kept for ever", "[command-server]") {
  const auto kind = GENERATE(fault_kind::lose_reply, fault_kind::stall);
  payment_alone node;
  auto silent = node.charge("o-1");
  silent.injected = fault{.step = "charge-payment", .kind = kind};
  if (kind == fault_kind::stall)
    silent.injected->delay = 1h;
  node.ask(silent);
  CHECK_FALSE(node.all_acknowledged());
  node.shop.pass(1min);
  CHECK(node.all_acknowledged());
  CHECK(node.answers().empty());
  node.ask(node.charge("o-1", action::perform, 2));
  CHECK(node.answers().size() == 1);
  CHECK(node.shop.balance("alice") == 450);
}

TEST_CASE("a participant whose store is away takes no commands, and goes on when it is back", "[command-server]") {
  payment_alone node;
  node.store->meet(fates::every(store_call::commit, mishap::unavailable));
  for (int i = 0; i < 10; ++i)
    node.ask(node.charge("o-" + std::to_string(i)));
  node.shop.pass(1min);
  CHECK(node.answers().empty());
  CHECK(node.world.dead_letters().empty());
  CHECK(node.world.broker().unacknowledged(payment_queue) == 0);
  CHECK(node.world.broker().waiting(payment_queue) == 10);
  node.store->meet(fates::good());
  node.shop.pass(3s);
  CHECK(node.answers().size() == 10);
  CHECK(node.all_acknowledged());
  CHECK(node.shop.balance("alice") == 0);
}

TEST_CASE("orders wait for a participant whose store is away for minutes", "[command-server]") {
  payment_alone node;
  node.store->meet(fates::every(store_call::commit, mishap::unavailable));
  for (int i = 0; i < 5; ++i)
    node.world.submit(order_of_token("o-" + std::to_string(i)));
  node.shop.pass(5min);
  CHECK(node.shop.audit().unfinished == 5);
  node.store->meet(fates::good());
  REQUIRE(node.shop.pass_until_all_rest());
  for (int i = 0; i < 5; ++i)
    CHECK(node.shop.outcome_of("o-" + std::to_string(i)) == "SUCCESS");
  CHECK(node.shop.broken_promises() == "");
}

TEST_CASE("a participant's node takes no more commands at a time than it may", "[command-server]") {
  shop_settings settings;
  settings.limits.commands_taken_max = 4;
  payment_alone node{settings};
  auto silent = node.charge("o-1");
  silent.injected = fault{.step = "charge-payment", .kind = fault_kind::stall, .times = 0, .delay = 5s};
  for (int i = 1; i <= 10; ++i) {
    silent.attempt = i;
    node.ask(silent);
  }
  CHECK(node.world.broker().unacknowledged(payment_queue) == 4);
  node.shop.pass(1min);
  CHECK(node.all_acknowledged());
  CHECK(node.answers().size() == 10);
}

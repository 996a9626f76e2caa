#include <set>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"
#include "workflows/wire/queue_names.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

const std::string orders_queue{wire::orders_queue};

std::string header(const incoming_message& m, std::string_view name) {
  for (const auto& [key, value] : m.headers)
    if (key == name)
      return value;
  return {};
}

shop_settings small_node(std::size_t room, std::uint16_t taken) {
  shop_settings s;
  s.limits.open_orders_max = room;
  s.limits.submissions_taken_max = taken;
  return s;
}

fault stuck() { return {.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = 2s}; }

} // namespace

TEST_CASE("a submission is answered once and acknowledged when the answer has arrived", "[intake]") {
  shop_on_the_bus world;
  world.broker().withhold_fates(true);
  world.submit(order_of_token("o-1"));
  world.shop().settle();
  CHECK(world.broker().unacknowledged(orders_queue) == 1);
  world.broker().withhold_fates(false);
  world.shop().settle();
  CHECK(world.broker().unacknowledged(orders_queue) == 0);
  CHECK(world.answer_to(1)["accepted"] == true);
}

TEST_CASE("the same submission again is the same order, and its customer is told so", "[intake]") {
  shop_on_the_bus world;
  world.submit(order_of_token("o-1"));
  world.submit(order_of_token("o-1"));
  world.submit(order_of("o-1", "somebody else", "token", 1));
  world.submit(order_of("o-1", "somebody-else", "token", 1));
  world.shop().settle();
  CHECK(world.answer_to(1)["duplicate"] == false);
  CHECK(world.answer_to(2)["duplicate"] == true);
  CHECK(world.answer_to(3)["error"]["code"] == "INVALID_ID");
  CHECK(world.answer_to(4)["error"]["code"] == "ORDER_ID_REUSED");
  CHECK(world.shop().balance("buyer-of-o-1") == 450);
}

TEST_CASE("an order without an id is named by its message, or by us", "[intake]") {
  shop_on_the_bus world;
  const std::string nameless = checkout::canonical_text(order_of("", "alice", "token", 1));
  world.send(nameless, {.message_id = "m-1"});
  world.send(nameless, {.message_id = "m-1"});
  world.send(nameless);
  world.send(nameless);
  world.shop().settle();
  CHECK(world.answer_to(1)["order_id"] == "m-1");
  CHECK(world.answer_to(2)["duplicate"] == true);
  const std::string third = world.answer_to(3)["order_id"];
  CHECK(third.starts_with("o-"));
  CHECK(third != world.answer_to(4)["order_id"]);
  CHECK(world.shop().balance("alice") == 350);
}

TEST_CASE("a message id that can name no order is refused, for the same message again would be another order",
          "[intake]") {
  shop_on_the_bus world;
  world.send(checkout::canonical_text(order_of("", "alice", "token", 1)), {.message_id = "no id at all"});
  world.shop().settle();
  CHECK(world.answer_to(1)["accepted"] == false);
  CHECK(world.answer_to(1)["error"]["code"] == "INVALID_ID");
  CHECK(world.answer_to(1)["error"]["field"] == "message_id");
  CHECK(world.dead_letters().size() == 1);
  CHECK(world.shop().audit().orders == 0);
}

TEST_CASE("who is refused for a field is told which order it was about", "[intake]") {
  shop_on_the_bus world;
  world.send(R"({"order_id":"o-1","customer_id":"a","lines":[{"sku":"token","quantity":-1}]})");
  world.send(R"({"order_id":"not an id","customer_id":"a","lines":[]})");
  world.send(R"(["o-1"])");
  world.shop().settle();
  CHECK(world.answer_to(1)["order_id"] == "o-1");
  CHECK(world.answer_to(2)["order_id"].is_null());
  CHECK(world.answer_to(3)["order_id"].is_null());
}

TEST_CASE("hostile submissions are answered, kept with their bytes, and harm nobody", "[intake]") {
  shop_on_the_bus world;
  const std::vector<std::string> hostile{
      "",
      "\0\xff\xfe",
      "no json",
      "{}",
      "[]",
      R"({"order_id":"o-1"})",
      R"({"order_id":"o-1","customer_id":"a","lines":[{"sku":"token","quantity":-1}]})",
      R"({"order_id":"o-1","order_id":"o-2","customer_id":"a","lines":[{"sku":"token","quantity":1}]})",
      R"({"order_id":"o-1","customer_id":"a","lines":[{"sku":"token","quantity":1}],"admin":true})",
      std::string(2'000'000, '['),
      std::string(1'000, '{')};
  for (const std::string& each : hostile)
    world.send(each);
  world.submit(order_of_token("good"));
  world.shop().settle();
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const json answer = world.answer_to(static_cast<int>(i) + 1);
    INFO(answer.dump());
    CHECK(answer["accepted"] == false);
    CHECK_FALSE(answer["error"]["code"].get<std::string>().empty());
    CHECK_FALSE(answer["error"]["message"].get<std::string>().empty());
  }
  CHECK(world.answer_to(7)["error"]["field"] == "lines[0].quantity");
  REQUIRE(world.dead_letters().size() == hostile.size());
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const incoming_message& letter = world.dead_letters()[i];
    CHECK(letter.body == hostile[i]);
    CHECK(header(letter, wire::source_header) == orders_queue);
    CHECK(header(letter, wire::reason_header).find(": ") != std::string::npos);
  }
  CHECK(world.broker().unacknowledged(orders_queue) == 0);
  CHECK(world.shop().outcome_of("good") == "SUCCESS");
  CHECK(world.shop().audit().orders == 1);
}

TEST_CASE("an order that is refused goes to the dead letters when nobody else would hear of it", "[intake]") {
  shop_on_the_bus world;
  const std::string refused = checkout::canonical_text(order_of("o-1", "alice", "unheard-of", 1));
  world.send(refused);
  world.shop().settle();
  CHECK(world.answer_to(1)["error"]["code"] == "UNKNOWN_SKU");
  CHECK(world.dead_letters().empty());
  world.send(refused, {.answered = false});
  world.shop().settle();
  REQUIRE(world.dead_letters().size() == 1);
  CHECK(world.dead_letters()[0].body == refused);
  CHECK(header(world.dead_letters()[0], wire::reason_header).starts_with("UNKNOWN_SKU: "));
}

TEST_CASE("an acceptance whose answer shall get lost is not answered, and is not submitted for ever", "[intake]") {
  shop_on_the_bus world;
  world.submit(order_of_token("o-1", {{.step = "accept", .kind = fault_kind::lose_reply}}));
  world.shop().pass(1min);
  CHECK(world.answers().empty());
  CHECK(world.shop().outcome_of("o-1") == "SUCCESS");
  CHECK(world.broker().waiting(orders_queue) == 0);
  CHECK(world.broker().unacknowledged(orders_queue) == 0);
}

TEST_CASE("an acceptance is answered twice, or late, where a tester wants it so", "[intake]") {
  shop_on_the_bus world;
  world.submit(order_of_token("twice", {{.step = "accept", .kind = fault_kind::duplicate_reply}}));
  world.shop().settle();
  CHECK(world.answers().size() == 2);
  world.submit(order_of_token("late", {{.step = "accept", .kind = fault_kind::late_reply, .delay = 5s}}));
  world.shop().pass(4s);
  CHECK(world.answers().size() == 2);
  CHECK(world.shop().outcome_of("late") == "SUCCESS");
  world.shop().pass(2s);
  CHECK(world.answer_to(2)["accepted"] == true);
  CHECK(world.broker().unacknowledged(orders_queue) == 0);
}

TEST_CASE("a node that is full leaves submissions with the broker, and takes them when there is room", "[intake]") {
  shop_on_the_bus world{small_node(2, 5)};
  for (int i = 0; i < 20; ++i)
    world.submit(order_of_token("o-" + std::to_string(i), {stuck()}));
  world.shop().settle();
  CHECK(world.shop().audit().orders == 2);
  CHECK(world.broker().unacknowledged(orders_queue) == 5);
  CHECK(world.broker().waiting(orders_queue) == 13);
  CHECK(world.answers().size() == 2);
  REQUIRE(world.shop().pass_until([&] { return world.answers().size() == 20; }));
  REQUIRE(world.shop().pass_until_all_rest());
  for (int i = 1; i <= 20; ++i)
    CHECK(world.answer_to(i)["accepted"] == true);
  CHECK(world.shop().stock("token").reserved == 20);
}

TEST_CASE("a node that is full is not kept busy by the submissions that wait", "[intake]") {
  shop_on_the_bus world{small_node(2, 200)};
  for (int i = 0; i < 200; ++i)
    world.submit(order_of_token("o-" + std::to_string(i), {stuck()}));
  world.shop().settle();
  CHECK(world.broker().unacknowledged(orders_queue) == 198);
  int asked = 0;
  world.shop().beware_of([&](std::string_view actor) {
    asked += actor == "directory" ? 1 : 0;
    return false;
  });
  world.shop().pass(1s);
  CHECK(asked < 100);
}

TEST_CASE("submissions wait through an outage of the store, and are answered after it", "[intake]") {
  const auto befalls = std::make_shared<lot>();
  shop_settings settings;
  settings.between = [=](std::shared_ptr<store> behind) { return std::make_shared<faulty_store>(behind, befalls); };
  shop_on_the_bus world{settings};
  befalls->meet(fates::always(mishap::unavailable));
  for (int i = 0; i < 10; ++i)
    world.submit(order_of_token("o-" + std::to_string(i)));
  world.shop().pass(1min);
  CHECK(world.answers().empty());
  befalls->meet(fates::good());
  world.shop().pass(2s);
  CHECK(world.answers().size() == 10);
  REQUIRE(world.shop().pass_until_all_rest());
  CHECK(world.shop().audit().orders == 10);
  CHECK(world.shop().broken_promises() == "");
}

TEST_CASE("a submission whose node died before it answered is answered by the next one", "[intake]") {
  shop_on_the_bus world;
  world.broker().withhold_fates(true); // accepted, and the answer is not known to have arrived
  world.submit(order_of_token("o-1"));
  world.shop().settle();
  world.shop().crash();
  world.broker().withhold_fates(false);
  world.shop().open();
  REQUIRE(world.shop().pass_until([&] { return world.answers().size() == 2; }, 10s));
  CHECK(world.answers()[1].second == json{{"order_id", "o-1"}, {"accepted", true}, {"duplicate", true}});
  REQUIRE(world.shop().pass_until_all_rest());
  CHECK(world.shop().balance("buyer-of-o-1") == 450);
}

TEST_CASE("a broken connection loses no submission and doubles no order", "[intake]") {
  shop_on_the_bus world{small_node(2, 50)};
  for (int i = 0; i < 30; ++i)
    world.submit(order_of_token("o-" + std::to_string(i), {stuck()}));
  for (int i = 0; i < 10; ++i) {
    world.shop().pass(700ms);
    world.broker().break_connection("node-1");
    world.shop().pass(300ms);
    world.broker().mend_connection("node-1");
  }
  REQUIRE(world.shop().pass_until([&] { return world.broker().unacknowledged(orders_queue) == 0; }));
  REQUIRE(world.shop().pass_until_all_rest());
  CHECK(world.shop().audit().orders == 30);
  std::set<std::string> answered;
  for (const auto& [correlation, answer] : world.answers())
    if (answer["accepted"] == true)
      answered.insert(correlation);
  CHECK(answered.size() == 30);
  CHECK(world.shop().stock("token").reserved == 30);
}

TEST_CASE("a node that drains gives back what it has not submitted, and another one takes it", "[intake]") {
  shop_on_the_bus world{small_node(2, 50)};
  for (int i = 0; i < 10; ++i)
    world.submit(order_of_token("o-" + std::to_string(i), {stuck()}));
  world.shop().settle();
  CHECK(world.shop().close(0s, 5s));
  CHECK(world.shop().actors_alive() == 0);
  CHECK(world.answers().size() == 2);
  CHECK(world.broker().waiting(orders_queue) == 8);
  world.shop().open();
  REQUIRE(world.shop().pass_until([&] { return world.answers().size() == 10; }));
  REQUIRE(world.shop().pass_until_all_rest());
  CHECK(world.shop().stock("token").reserved == 10);
}

TEST_CASE("a dead letter that the broker refuses at first gets there, and until then its message is kept", "[intake]") {
  shop_on_the_bus world;
  world.send("rubbish", {.answered = false});
  world.broker().refuse_publishes(true);
  world.shop().pass(10s);
  CHECK(world.broker().unacknowledged(orders_queue) == 1);
  world.broker().refuse_publishes(false);
  world.shop().pass(2s);
  CHECK(world.broker().unacknowledged(orders_queue) == 0);
  CHECK(world.dead_letters().size() == 1);
}

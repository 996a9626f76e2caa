#include <catch2/catch.hpp>

#include "tests/actors/shop_with_a_stranger.hpp"
#include "workflows/wire/queue_names.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

const std::string orders_queue{wire::orders_queue};
const std::string payment_queue = wire::commands_queue("payment");
const message_header trace{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
const std::string rubbish("no \xff json \x01", 11);

/// What comes to `queue` and means nothing to whoever takes it.
struct shop_with_rubbish {
  std::string queue;
  std::shared_ptr<lot> store = std::make_shared<lot>();
  shop_on_the_bus world;
  shop_on_virtual_time& shop = world.shop();

  explicit shop_with_rubbish(std::string to) : queue{std::move(to)}, world{settings(), a_node_for_each_role()} {
    shop.settle();
  }

  void send() {
    REQUIRE(world.broker().put({.exchange = {}, .routing_key = queue, .body = rubbish, .headers = {trace}}) ==
            publish_fate::confirmed);
  }
  std::vector<kept_letter> kept() {
    auto& office = queue == orders_queue ? shop.office() : shop.office_of("payment");
    auto letters = office.list_letters({});
    REQUIRE(letters);
    return std::move(*letters);
  }
  bool is_acknowledged() { return world.broker().waiting(queue) == 0 && world.broker().unacknowledged(queue) == 0; }

private:
  shop_settings settings() {
    shop_settings s;
    s.supervised = true;
    const auto between = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::move(behind), store);
    };
    (queue == orders_queue ? s.between : s.between_others) = between;
    return s;
  }
};

} // namespace

TEST_CASE("what means nothing is kept in the store with its bytes, source and reason, and told to the broker",
          "[burial]") {
  shop_with_rubbish node{GENERATE(orders_queue, payment_queue)};
  node.send();
  node.shop.settle();
  REQUIRE(node.kept().size() == 1);
  const dead_letter letter = node.kept()[0].letter;
  CHECK(letter.body == rubbish);
  CHECK(letter.source == node.queue);
  CHECK(letter.reason.find(": ") != std::string::npos);
  REQUIRE(node.world.dead_letters().size() == 1);
  CHECK(node.world.dead_letters()[0].body == rubbish);
  CHECK(node.world.dead_letters()[0].headers ==
        std::vector<message_header>{{"x-saga-reason", letter.reason}, {"x-saga-source", node.queue}, trace});
  CHECK(node.is_acknowledged());
}

TEST_CASE("a dead letter is durable before the broker may forget the message", "[burial]") {
  shop_with_rubbish node{GENERATE(orders_queue, payment_queue)};
  node.store->meet(fates::every(store_call::commit, mishap::unavailable));
  node.send();
  node.shop.pass(10s);
  CHECK(node.world.dead_letters().empty());
  CHECK(node.world.broker().unacknowledged(node.queue) == 1);
  node.store->meet(fates::good());
  node.shop.pass(1s);
  CHECK(node.kept().size() == 1);
  CHECK(node.world.dead_letters().size() == 1);
  CHECK(node.is_acknowledged());
}

TEST_CASE("a dead letter is not lost though the node dies at any point of its way", "[burial]") {
  const std::string queue = GENERATE(orders_queue, payment_queue);
  const auto death = GENERATE(mishap::fenced, mishap::answer_lost);
  const bool waits_for_the_broker = GENERATE(false, true);
  for (int number = 1; number <= 4; ++number) {
    INFO(queue << ", dies at commit " << number << (death == mishap::fenced ? ", before it" : ", after it"));
    shop_with_rubbish node{queue};
    node.store->meet(fates::at(store_call::commit, number, death));
    node.world.broker().withhold_fates(waits_for_the_broker);
    node.send();
    node.shop.pass(1s);
    if (waits_for_the_broker) {
      CHECK(node.world.broker().unacknowledged(queue) + node.world.broker().waiting(queue) == 1);
      node.shop.crash(queue == orders_queue ? "orchestrator" : "payment");
      node.world.broker().withhold_fates(false);
      node.shop.open();
    }
    REQUIRE(node.shop.pass_until([&] { return node.is_acknowledged(); }, 1min));
    CHECK(node.kept().size() >= 1);
    CHECK(node.kept().size() <= (waits_for_the_broker ? 3 : 2)); // once more with each death
    CHECK_FALSE(node.world.dead_letters().empty());
    for (const kept_letter& each : node.kept())
      CHECK(each.letter.body == rubbish);
  }
}

TEST_CASE("a node that drains takes its dead letters to the store first", "[burial]") {
  shop_with_rubbish node{orders_queue};
  for (int i = 0; i < 10; ++i)
    node.send();
  CHECK(node.shop.close(1s, 5s));
  node.shop.open();
  node.shop.pass(1s);
  CHECK(node.kept().size() == 10);
  CHECK(node.world.dead_letters().size() == 10);
  CHECK(node.is_acknowledged());
}

TEST_CASE("a discarded dead letter can be restored until its time is over, and then it is gone", "[burial]") {
  shop_settings settings;
  settings.limits.dead_letter_retention = 1h;
  settings.limits.purge_max = 3;
  shop_on_the_bus world{settings};
  auto& shop = world.shop();
  for (int i = 0; i < 10; ++i)
    world.send("rubbish", {.answered = false});
  shop.pass(1s);
  auto letters = shop.office().list_letters({});
  REQUIRE(letters->size() == 10);
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < 9; ++i)
    numbers.push_back((*letters)[i].number);
  REQUIRE(shop.office().discard_letters(numbers, "olga", "noise", shop.now()));
  shop.pass(50min);
  REQUIRE(shop.office().restore_letters({numbers[0]}, "olga", "no noise", shop.now()));
  CHECK(shop.office().list_letters({.with_discarded = true})->size() == 10);
  shop.pass(12min); // all eight, three at a time
  letters = shop.office().list_letters({.with_discarded = true});
  CHECK(letters->size() == 2);
  for (const kept_letter& each : *letters)
    CHECK_FALSE(each.discarded_at);
}

TEST_CASE("a participant that answers nonsense in the end has its orders held, with that as the cause", "[burial]") {
  shop_with_a_stranger world;
  world.shop.submit(order_of_token("o-1"));
  std::size_t answered = 0;
  REQUIRE(world.shop.pass_until(
      [&] {
        for (; answered < world.payment.commands.size(); ++answered)
          world.payment.answer_with(world.payment.commands[answered], "Internal Server Error");
        return world.shop.state_of("o-1") == "held";
      },
      10min));
  const saga held = world.shop.order("o-1").now;
  CHECK(held.held_because == hold_cause::undo_exhausted);
  CHECK(held.wrong.code == "UNREADABLE_ANSWER");
  CHECK(held.last_error.find("refund-payment") != std::string::npos);
  CHECK(world.shop.broken_promises() == "");
}

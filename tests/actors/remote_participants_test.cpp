#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/actors/shop_with_a_stranger.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// What the store held of the order's question when the command was published.
bool is_durably_asked(const batch_list& log, const command& c) {
  const auto asks = [&](const saga& s) {
    return s.id == c.saga && s.asking == c.what && s.attempt == c.attempt && s.steps[s.at].name == c.step;
  };
  return std::any_of(log.begin(), log.end(), [&](const committed_batch& b) {
    return std::any_of(b.begun.begin(), b.begun.end(), asks) ||
           std::any_of(b.updates.begin(), b.updates.end(), [&](const saga_update& u) { return asks(u.after); });
  });
}

std::size_t updates_in(const batch_list& log) {
  std::size_t count = 0;
  for (const batch& each : log)
    count += each.updates.size();
  return count;
}

} // namespace

TEST_CASE("a participant elsewhere gets its commands as contract.md says", "[remote]") {
  shop_with_a_stranger world;
  world.world.send(checkout::canonical_text(order_of("o-1", "alice", "token", 2)),
                   {.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
  world.shop.settle();
  REQUIRE(world.payment.commands.size() == 1);
  const incoming_message& m = world.payment.commands[0];
  const json asked = json::parse(m.body);
  CHECK(asked["saga_id"] == "o-1");
  CHECK(asked["step"] == "charge-payment");
  CHECK(asked["action"] == "do");
  CHECK(asked["idempotency_key"] == "o-1/charge-payment");
  CHECK(asked["payload"] == json{{"customer_id", "alice"}, {"amount", 100}});
  CHECK_FALSE(m.correlation_id.empty());
  CHECK_FALSE(m.reply_to.empty());
  CHECK(m.headers ==
        std::vector<message_header>{{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}});
  world.payment.answer(m, reply_outcome::succeeded);
  world.shop.settle();
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("commands bear their order's trace after a restart, too", "[remote]") {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  shop_with_a_stranger world;
  world.world.send(checkout::canonical_text(order_of_token("o-1")), {.traceparent = trace});
  world.world.send(checkout::canonical_text(order_of_token("o-2")), {.traceparent = "no trace context"});
  world.shop.pass(1s);
  world.shop.crash();
  world.payment.commands.clear();
  world.shop.open();
  REQUIRE(world.shop.pass_until([&] { return world.payment.commands.size() >= 2; }, 1min));
  for (const incoming_message& m : world.payment.commands)
    CHECK(m.headers == (wire::command_from(m.body)->saga.value == "o-1"
                            ? std::vector<message_header>{{"traceparent", trace}}
                            : std::vector<message_header>{}));
}

TEST_CASE("no command leaves before the question is durable", "[remote]") {
  shop_with_a_stranger world;
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  world.shop.submit(order_of_token("never"));
  world.store->meet(fates::good());
  world.shop.pass(1s);
  for (int i = 0; i < 5; ++i)
    world.shop.submit(order_of_token("o-" + std::to_string(i)));
  REQUIRE(world.payment.commands.size() == 5);
  for (const incoming_message& m : world.payment.commands)
    CHECK(is_durably_asked(*world.log, *wire::command_from(m.body)));
}

TEST_CASE("while the store is away no command leaves, and afterwards no attempt is missing", "[remote]") {
  shop_with_a_stranger world;
  world.shop.submit(order_of_token("o-1"));
  REQUIRE(world.payment.commands.size() == 1);
  world.payment.answer(world.payment.commands[0], reply_outcome::failed);
  REQUIRE(world.shop.pass_until([&] { return world.payment.commands.size() == 2; }, 1min));
  // The probe finds nothing. The record of the next attempt is what the store cannot take.
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  world.payment.answer(world.payment.commands[1], reply_outcome::not_found);
  world.shop.pass(10min);
  CHECK(world.payment.commands.size() == 2);
  world.store->meet(fates::good());
  REQUIRE(world.shop.pass_until([&] { return world.payment.commands.size() == 3; }, 1min));
  const auto second = wire::command_from(world.payment.commands[2].body);
  CHECK(second->what == action::perform);
  CHECK(second->attempt == 2);
  CHECK(second->deadline > world.shop.now() - 1min);
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("a node that dies between the commit of a question and its command asks when it is back", "[remote]") {
  shop_with_a_stranger world;
  world.shop.beware_of([](std::string_view actor) { return actor == "remote-participants"; });
  world.shop.hand_in(order_of_token("o-1"));
  world.shop.settle();
  CHECK(world.payment.commands.empty());
  CHECK(world.shop.broken_count() == 1);
  world.shop.crash();
  world.shop.beware_of([](std::string_view) { return false; });
  world.shop.open();
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("a participant that is away for a minute delays orders and fails none, and nothing piles up", "[remote]") {
  shop_with_a_stranger world;
  world.payment.go_away();
  world.shop.settle();
  for (int i = 0; i < 20; ++i)
    world.shop.submit(order_of_token("o-" + std::to_string(i)));
  world.shop.pass(1min);
  CHECK(world.broker->waiting("saga.commands.payment") == 0);
  const saga waiting = world.shop.order("o-0").now;
  CHECK(waiting.state == saga_state::running);
  CHECK(waiting.attempt == 1);
  CHECK(waiting.last_error.find("PARTICIPANT_AWAY (participant payment: ") != std::string::npos);
  world.payment.come();
  REQUIRE(world.pass_until_all_rest());
  for (int i = 0; i < 20; ++i)
    CHECK(world.shop.outcome_of("o-" + std::to_string(i)) == "SUCCESS");
}

TEST_CASE("orders that wait for a participant do not keep the store busy with it", "[remote]") {
  shop_with_a_stranger world;
  world.payment.go_away();
  world.shop.pass(1s); // until it is noticed
  for (int i = 0; i < 10; ++i)
    world.shop.submit(order_of_token("o-" + std::to_string(i)));
  world.shop.pass(1s);
  const std::size_t before = updates_in(*world.log);
  world.shop.pass(1min);
  CHECK(updates_in(*world.log) == before);
  SECTION("and ask at once when their node comes back without having recorded it") {
    world.shop.crash();
    world.shop.open();
  }
  world.payment.come();
  world.shop.pass(7s);
  CHECK(world.payment.commands.size() >= 10);
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.broken_promises() == "");
}

TEST_CASE("whoever a definition asks may be away, not only whom the checkout asks", "[remote]") {
  std::vector<saga_step> steps{checkout::checkout_saga.steps.begin(), checkout::checkout_saga.steps.end()};
  steps[0].participant = "astrology";
  const definition by_the_stars{.name = "checkout", .version = 2, .steps = steps};
  shop_on_the_bus world{{.begins = &by_the_stars, .knows = {&by_the_stars}}};
  world.shop().submit(order_of_token("o-1"));
  world.shop().pass(1min);
  CHECK(world.broker().waiting("saga.commands.astrology") == 0);
  CHECK(world.shop().state_of("o-1") == "running");
  CHECK(world.shop().order("o-1").now.last_error.find("PARTICIPANT_AWAY") != std::string::npos);
}

TEST_CASE("a broker that is away for a minute delays orders and fails none", "[remote]") {
  shop_with_a_stranger world;
  world.broker->break_connection("node-1");
  world.shop.settle();
  world.shop.submit(order_of_token("o-1"));
  world.shop.pass(1min);
  CHECK(world.shop.order("o-1").now.last_error.find("BROKER_AWAY") != std::string::npos);
  CHECK(world.shop.order("o-1").now.attempt == 1);
  world.broker->mend_connection("node-1");
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("a command that the broker refuses is asked again and uses up no attempt", "[remote]") {
  shop_with_a_stranger world;
  world.broker->refuse_publishes(true);
  world.shop.submit(order_of_token("o-1"));
  world.shop.pass(30s);
  CHECK(world.shop.order("o-1").now.attempt == 1);
  CHECK(world.shop.order("o-1").now.last_error.find("QUEUE_FULL (participant payment: ") != std::string::npos);
  world.broker->refuse_publishes(false);
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("an answer that comes twice counts once, and a late one not at all", "[remote]") {
  shop_with_a_stranger world;
  world.shop.submit(order_of_token("twice"));
  REQUIRE(world.payment.commands.size() == 1);
  world.payment.answer(world.payment.commands[0], reply_outcome::succeeded);
  world.payment.answer(world.payment.commands[0], reply_outcome::refused, "INSUFFICIENT_FUND");
  world.shop.settle();
  CHECK(world.shop.outcome_of("twice") == "SUCCESS");
  CHECK(world.ignored->count[verdict::late] == 1);

  world.shop.submit(order_of_token("late"));
  REQUIRE(world.payment.commands.size() == 2);
  const incoming_message first = world.payment.commands[1];
  world.shop.pass(5s); // in doubt by now: it probes
  world.payment.answer(first, reply_outcome::refused, "INSUFFICIENT_FUND");
  world.shop.settle();
  CHECK(world.shop.state_of("late") == "running");
  CHECK(world.ignored->count[verdict::late] == 2);
  world.payment.commands.erase(world.payment.commands.begin(), world.payment.commands.begin() + 2);
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("late") == "SUCCESS");
}

TEST_CASE("forged and unreadable answers change nothing", "[remote]") {
  shop_with_a_stranger world;
  world.shop.submit(order_of_token("o-1"));
  world.shop.submit(order_of_token("o-2"));
  REQUIRE(world.payment.commands.size() == 2);
  const incoming_message asked = world.payment.commands[0];
  incoming_message crossed = world.payment.commands[1];
  crossed.correlation_id = asked.correlation_id; // o-2's answer under o-1's name
  world.payment.answer(crossed, reply_outcome::refused, "INSUFFICIENT_FUND");
  incoming_message guessed = asked;
  guessed.correlation_id = "o-1/charge-payment/do/7";
  world.payment.answer(guessed, reply_outcome::succeeded);
  for (const std::string body : {"", "{}", "no json", R"({"outcome":"succeeded"})"})
    world.payment.answer_with(asked, body);
  world.payment.answer_with(asked, std::string(1'000'000, '['));
  world.shop.settle();
  CHECK(world.shop.state_of("o-1") == "running");
  CHECK(world.shop.history("o-1") == std::vector<std::string>{"order.accepted"});
  CHECK(world.ignored->count[verdict::impossible] + world.ignored->count[verdict::late] == 7);
  const auto kept = world.shop.office().list_letters({});
  REQUIRE(kept);
  REQUIRE(kept->size() == 1); // the first of each question tells enough
  CHECK(kept->front().letter.source == "participant payment");
  CHECK(kept->front().letter.reason.starts_with("UNREADABLE_ANSWER: o-1/charge-payment: "));
  world.payment.answer(asked, reply_outcome::refused, "INSUFFICIENT_FUND");
  world.shop.settle();
  CHECK(world.shop.outcome_of("o-1") == "INSUFFICIENT_FUND");
}

TEST_CASE("commands that nobody answers are forgotten when their time is over", "[remote]") {
  shop_settings settings;
  settings.limits.remote_questions_max = 10;
  shop_with_a_stranger world{settings};
  for (int i = 0; i < 10; ++i)
    world.shop.submit(order_of_token("silent-" + std::to_string(i)));
  world.shop.submit(order_of_token("one-too-many"));
  CHECK(world.payment.commands.size() == 10);
  REQUIRE(world.pass_until_all_rest());
  CHECK(world.shop.outcome_of("one-too-many") == "SUCCESS");
}

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

/// What its actor would record after it took the saga up.
saga_update taken_up(saga now, moment at) {
  event e;
  e.at = at;
  transition t = advance(checkout::checkout_saga, std::move(now), e);
  return {.after = std::move(t.after), .facts = std::move(t.facts)};
}

/// The same with one more fact and everything set that a saga can have.
saga_update eventful(saga now, moment at) {
  saga_update u{.after = std::move(now), .facts = {}};
  saga& s = u.after;
  s.state = saga_state::compensating;
  s.outcome = "INSUFFICIENT_FUND";
  s.at = 1;
  s.asking = action::undo;
  s.attempt = 7;
  s.attempts_forgiven = 3;
  s.asking_since = at - milliseconds{5};
  s.awaiting_reply = true;
  s.wakeup_at = at + milliseconds{5};
  s.last_error = "a \"quoted\" detail,\nwith an umlaut: \xc3\xbc";
  s.updated_at = at;
  s.steps[0] = {.name = s.steps[0].name,
                .state = step_state::in_doubt,
                .attempts = 3,
                .started_at = at,
                .ended_at = at,
                .code = "TIMEOUT",
                .result = json{{"a", {1, nullptr, "b"}}}};
  u.facts.push_back({.order = s.order,
                     .saga = s.id,
                     .sequence = ++s.sequence,
                     .at = at,
                     .type = "order.step.charge-payment.failed",
                     .attempt = 3,
                     .code = "TIMEOUT",
                     .detail = "no answer"});
  return u;
}

} // namespace

TEMPLATE_TEST_CASE("progress comes back as it was recorded, also after a crash", "[journal]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  const auto u = eventful(s.standing("o-1"), s.now);
  s.record(u);
  CHECK(s.standing("o-1") == u.after);
  s.crash();
  s.reopen();
  CHECK(s.standing("o-1") == u.after);
  CHECK(s.view("o-1").now == u.after);
  const auto facts = must(s.office().history(order_id{"o-1"}, 1));
  REQUIRE(facts.size() == 1);
  CHECK(facts[0] == u.facts[0]);
}

TEMPLATE_TEST_CASE("a stale record changes nothing, a repeated one neither", "[journal]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  const saga begun = s.standing("o-1");
  const auto later = eventful(begun, s.now);
  s.record(later);
  saga_update stale{.after = begun, .facts = later.facts};
  stale.facts[0].type = "order.never-happened";
  stale.rests = true;
  batch stale_one;
  stale_one.updates = {stale};
  CHECK(must(s.node().commit(stale_one, s.now)).refused == std::vector{begun.id});
  CHECK(s.standing("o-1") == later.after);
  CHECK(s.view("o-1").owner == "node-1");
  auto again = later;
  again.facts[0].type = "order.told-otherwise";
  batch repeated;
  repeated.updates = {again};
  CHECK(must(s.node().commit(repeated, s.now)).refused.empty());
  CHECK(s.standing("o-1") == later.after);
  CHECK(s.history("o-1") == std::vector<std::string>{"order.accepted", "order.step.charge-payment.failed"});
  CHECK(s.claim(10, s.now + std::chrono::hours{1}).empty());
}

TEMPLATE_TEST_CASE("a saga that nobody began cannot be recorded, and nothing else of that batch is", "[journal]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  batch work;
  work.commands.push_back(to_do("o-1/charge-payment", charge_of(50)));
  work.updates.push_back({.after = s.standing("o-1"), .facts = {}});
  work.updates.back().after.id = saga_id{"o-unheard-of"};
  const auto result = s.node().commit(work, s.now);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().what == store_error::kind::corrupt);
  CHECK(s.balance() == 500);
  // The same session goes on as if that batch had never been.
  CHECK(s.submit(order_of("o-2", {line("token", 1)})).accepted);
  s.drive_to_end("o-1");
  CHECK(s.standing("o-1").outcome == "SUCCESS");
}

TEMPLATE_TEST_CASE("history comes in order, from where one stopped reading", "[journal]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit(order_of("o-2", {line("token", 1)}));
  s.drive_to_end("o-1");
  const auto all = must(s.office().history(order_id{"o-1"}, 0));
  REQUIRE(all.size() == 7);
  CHECK(all.front().type == "order.accepted");
  CHECK(all[1].type == "order.step.charge-payment.succeeded");
  CHECK(all.back().type == "order.completed");
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(all[i].sequence == i + 1);
  const auto rest = must(s.office().history(order_id{"o-1"}, 5));
  REQUIRE(rest.size() == 2);
  CHECK(rest[0] == all[5]);
  CHECK(must(s.office().history(order_id{"o-1"}, 7)).empty());
  CHECK(must(s.office().history(order_id{"o-none"}, 0)).empty());
}

TEMPLATE_TEST_CASE("dead letters are kept and counted, whatever bytes they have", "[journal]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  batch work;
  work.dead_letters.push_back(
      {.source = "orders", .reason = "no JSON", .body = std::string{"\0\xff\"", 3}, .at = s.now});
  work.dead_letters.push_back({.source = "orders", .reason = "empty", .body = "", .at = s.now});
  must(s.node().commit(work, s.now));
  CHECK(must(s.office().status(s.now)).dead_letters == 2);
}

TEMPLATE_TEST_CASE("what is loaded is what was recorded last, whoever drives it", "[journal]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit_at_office(order_of("o-1", {line("token", 1)}));
  CHECK(s.standing("o-1").state == saga_state::running);
  CHECK_FALSE(must(s.node().load(saga_id{"o-2"})).has_value());
  const auto u = taken_up(s.standing("o-1"), s.now);
  s.record(u);
  CHECK(s.standing("o-1") == u.after);
  CHECK(s.view("o-1").owner == "node-1");
}

} // namespace sagad::tests

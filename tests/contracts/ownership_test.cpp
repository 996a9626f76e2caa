#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

using ids = std::vector<std::string>;

saga_update resting(saga s, std::optional<moment> until) {
  s.wakeup_at = until;
  s.awaiting_reply = false;
  return {.after = std::move(s), .facts = {}, .rests = true};
}

saga_update held(shop& in, const std::string& order, bool rests) {
  event e;
  e.what = event::kind::hold;
  e.at = in.now;
  e.reason = "because";
  transition t = advance(checkout::checkout_saga, in.standing(order), e);
  return {.after = std::move(t.after), .facts = std::move(t.facts), .rests = rests};
}

} // namespace

TEMPLATE_TEST_CASE("what a node accepted it drives; what the operator accepted waits for a node", "[ownership]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit_at_office(order_of("o-2", {line("token", 1)}));
  CHECK(s.view("o-1").owner == "node-1");
  CHECK(s.view("o-2").owner.empty());
  const auto found = must(s.node().claim(10, s.now));
  REQUIRE(found.size() == 1);
  CHECK(found[0].now == s.standing("o-2"));
  CHECK(found[0].input.at("total") == 50);
  CHECK(s.view("o-2").owner == "node-1");
  CHECK(s.claim(10, s.now).empty());
}

TEMPLATE_TEST_CASE("a saga that rests is handed out when its time has come, and not before", "[ownership]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.record(resting(s.standing("o-1"), s.now + milliseconds{100}));
  CHECK(s.view("o-1").owner.empty());
  CHECK(s.claim(10, s.now + milliseconds{99}).empty());
  CHECK(s.claim(10, s.now + milliseconds{100}) == ids{"o-1"});
  CHECK(s.view("o-1").owner == "node-1");
  // Recording goes on where it was before.
  s.now += milliseconds{100};
  s.drive_to_end("o-1");
  CHECK(s.standing("o-1").outcome == "SUCCESS");
}

TEMPLATE_TEST_CASE("what waits longest is handed out first, and only as much as was asked for", "[ownership]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  for (const auto& id : ids{"o-1", "o-2", "o-3", "o-4"})
    s.submit(order_of(id, {line("token", 1)}));
  s.record(resting(s.standing("o-1"), s.now + milliseconds{30}));
  s.record(resting(s.standing("o-2"), s.now + milliseconds{10}));
  s.record(resting(s.standing("o-3"), std::nullopt)); // waits for nothing: due at once
  s.record(resting(s.standing("o-4"), s.now + milliseconds{10}));
  CHECK(s.claim(0, s.now + milliseconds{30}).empty());
  CHECK(s.claim(2, s.now + milliseconds{30}) == ids{"o-3", "o-2"});
  CHECK(s.claim(2, s.now + milliseconds{30}) == ids{"o-4", "o-1"});
}

TEMPLATE_TEST_CASE("a held saga is never handed out, with or without an owner, before or after a crash", "[ownership]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit(order_of("o-2", {line("token", 1)}));
  s.record(held(s, "o-1", true));
  s.record(held(s, "o-2", false));
  CHECK(s.view("o-1").owner.empty());
  CHECK(s.view("o-2").owner == "node-1");
  const auto whenever = s.now + std::chrono::hours{1'000};
  CHECK(s.claim(10, whenever).empty());
  s.crash();
  s.reopen();
  CHECK(s.claim(10, whenever).empty());
  CHECK(s.view("o-2").owner.empty());
}

TEMPLATE_TEST_CASE("an ended saga belongs to nobody and is never handed out", "[ownership]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.drive_to_end("o-1");
  CHECK(s.view("o-1").owner.empty());
  s.crash();
  s.reopen();
  CHECK(s.claim(10, s.now + std::chrono::hours{1'000}).empty());
}

TEMPLATE_TEST_CASE("after a crash the next incarnation gets what the last one drove, at once", "[ownership]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit(order_of("o-2", {line("token", 1)}));
  auto waiting = s.standing("o-1");
  waiting.wakeup_at = s.now + std::chrono::hours{1}; // the answer that it waits for died with the process
  s.record({.after = waiting, .facts = {}});
  s.crash();
  auto next = shop::usual();
  next.name = "second";
  s.reopen(next);
  CHECK(s.claim(10, s.now) == ids{"o-1", "o-2"});
  CHECK(s.view("o-1").owner == "second");
  CHECK(s.standing("o-1") == waiting);
}

TEMPLATE_TEST_CASE("a node that leaves lets its orders go", "[ownership]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  must(s.node().beat({.at = s.now + milliseconds{7}, .leaving = true}));
  CHECK(s.view("o-1").owner.empty());
  s.crash();
  s.reopen();
  CHECK(s.claim(10, s.now) == ids{"o-1"});
}

TEMPLATE_TEST_CASE("a saga that is resumed belongs to the node that resumed it", "[ownership]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  s.record(held(s, "o-1", true));
  event e;
  e.what = event::kind::resume;
  e.at = s.now;
  transition t = advance(checkout::checkout_saga, s.standing("o-1"), e);
  s.record({.after = t.after, .facts = t.facts});
  CHECK(s.view("o-1").owner == "node-1");
  CHECK(s.claim(10, s.now + std::chrono::hours{1}).empty());
  s.drive_to_end("o-1");
  CHECK(s.standing("o-1").outcome == "SUCCESS");
}

TEMPLATE_TEST_CASE("one node at a time, by name", "[ownership]", on_memory, on_sqlite) {
  auto first = shop::usual();
  first.name = "first";
  shop s = shop_on<TestType>(first);
  const auto second = s.place().open_node(shop::usual());
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().what == store_error::kind::unavailable);
  CHECK_THAT(second.error().detail, Catch::Contains("in use by first"));
  CHECK(s.submit(order_of("o-1", {line("token", 1)})).accepted);
  s.crash();
  CHECK(s.place().open_node(shop::usual()).has_value());
}

TEMPLATE_TEST_CASE("a node whose lease went to another writes nothing any more", "[ownership]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.submit(order_of("o-1", {line("token", 1)}));
  const saga before = s.standing("o-1");
  s.submit_at_office(order_of("o-2", {line("token", 1)}));
  s.place().give_lease_to_another();

  batch work;
  work.submissions.push_back(order_of("o-3", {line("token", 1)}));
  work.commands.push_back(to_do("o-1/charge-payment", charge_of(50)));
  work.updates.push_back(held(s, "o-1", false));
  work.dead_letters.push_back({.source = "s", .reason = "r", .body = "b", .at = s.now});
  const auto committed = s.node().commit(work, s.now);
  REQUIRE_FALSE(committed.has_value());
  CHECK(committed.error().what == store_error::kind::fenced);
  const auto claimed = s.node().claim(10, s.now);
  REQUIRE_FALSE(claimed.has_value());
  CHECK(claimed.error().what == store_error::kind::fenced);
  const auto beaten = s.node().beat({.at = s.now, .leaving = true});
  REQUIRE_FALSE(beaten.has_value());
  CHECK(beaten.error().what == store_error::kind::fenced);

  CHECK(s.standing("o-1") == before);
  CHECK(s.view("o-2").owner.empty());
  CHECK_FALSE(must(s.office().find_order(order_id{"o-3"})).has_value());
  CHECK(s.balance() == 500);
  CHECK(must(s.office().status(s.now)).dead_letters == 0);
}

TEMPLATE_TEST_CASE("a node hears of others' work, and not of its own", "[ownership]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  CHECK_FALSE(must(s.node().changed_by_others()));
  s.submit(order_of("o-1", {line("token", 1)}));
  must(s.node().beat({.at = s.now}));
  CHECK_FALSE(must(s.node().changed_by_others()));
  s.submit_at_office(order_of("o-2", {line("token", 1)}));
  CHECK(s.hears_of_others());
  CHECK_FALSE(must(s.node().changed_by_others()));
  s.claim(10, s.now);
  CHECK_FALSE(must(s.node().changed_by_others()));
}

} // namespace sagad::tests

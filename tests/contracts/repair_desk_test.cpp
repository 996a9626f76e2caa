#include <limits>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/repair_scene.hpp"

namespace sagad::tests {

namespace {

using ids = std::vector<std::string>;

repair_target target(const std::string& id, std::uint64_t sequence = 1) {
  return {.order = order_id{id}, .saga = saga_id{id}, .sequence = sequence};
}

} // namespace

TEMPLATE_TEST_CASE("an operation is a frozen set, each order once, of which the first ones begin", "[repairs]",
                   on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1", "o-2", "o-3"});
  const auto planned = scene.plan({"o-2", "o-1", "o-2", "o-3"}, 2);
  CHECK(planned.id == "op-1");
  CHECK(planned.planned_at == scene.s.now);
  CHECK(planned.counts == repair_counts{.planned = 1, .released = 2});
  const auto set = must(scene.s.office().repairs("op-1"));
  REQUIRE(set.size() == 3);
  CHECK(set[0].order.value == "o-2");
  CHECK(set[0].planned_sequence == scene.s.standing("o-2").sequence);
  CHECK(set[0].state == repair_state::released);
  CHECK(set[1].state == repair_state::released);
  CHECK(set[2].order.value == "o-3");
  CHECK(set[2].state == repair_state::planned);
  CHECK(scene.plan({"o-1"}, 0).id == "op-2");
}

TEMPLATE_TEST_CASE("an order that the store does not hold is refused when it is planned", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1"});
  const auto planned =
      must(scene.s.office().plan_operation({}, {target("nobody"), target("o-1", 2)}, 2, terminal, scene.s.now));
  CHECK(planned.counts == repair_counts{.released = 1, .refused = 1});
  CHECK(scene.one("op-1", "nobody").because == "there is no such order");
  CHECK(scene.claim() == ids{"o-1"});
  CHECK(scene.s.findings().empty());
}

TEMPLATE_TEST_CASE("repairs are released in the order of the set, by their pacer alone", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& office = scene.s.office();
  scene.hold({"o-1", "o-2", "o-3"});
  scene.plan({"o-3", "o-1", "o-2"}, 0);
  CHECK(scene.claim().empty());
  CHECK(must(office.release_repairs("op-1", 0, terminal, scene.s.now)) == std::size_t{0});
  CHECK(must(office.release_repairs("op-1", 2, terminal, scene.s.now)) == std::size_t{2});
  CHECK(scene.claim() == ids{"o-3", "o-1"});
  CHECK_FALSE(must(office.release_repairs("op-1", 1, "another terminal", scene.s.now)).has_value());
  CHECK(must(office.release_repairs("op-1", std::numeric_limits<std::size_t>::max(), terminal, scene.s.now)) ==
        std::size_t{1});
  CHECK(must(office.release_repairs("op-1", 1, terminal, scene.s.now)) == std::size_t{0});
  CHECK(scene.claim() == ids{"o-2"});
}

TEMPLATE_TEST_CASE("a stopped operation begins nothing more, what was released ends, and another pacer may go on",
                   "[repairs]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& office = scene.s.office();
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 1);
  const auto stopped = must(office.stop_operation("op-1", "joe", "wrong set", scene.s.now + milliseconds{5})).value();
  CHECK(stopped.stopped_at == scene.s.now + milliseconds{5});
  CHECK(stopped.stopped_by == "joe");
  CHECK(stopped.stopped_because == "wrong set");
  CHECK_FALSE(must(office.release_repairs("op-1", 1, terminal, scene.s.now)).has_value());
  CHECK(must(office.stop_operation("op-1", "eve", "again", scene.s.now))->stopped_by == "joe");
  CHECK(scene.claim() == ids{"o-1"});
  scene.apply("op-1", "o-1");
  CHECK(scene.counts("op-1").applied == 1);

  const auto resumed = must(office.resume_operation("op-1", "ann", "ann's terminal", scene.s.now)).value();
  CHECK_FALSE(resumed.stopped_at.has_value());
  CHECK(resumed.stopped_by.empty());
  CHECK_FALSE(must(office.release_repairs("op-1", 1, terminal, scene.s.now)).has_value());
  CHECK(must(office.release_repairs("op-1", 1, "ann's terminal", scene.s.now)) == std::size_t{1});
}

TEMPLATE_TEST_CASE("an operation of nothing is over at once", "[repairs]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  const auto planned = scene.plan({}, 10);
  CHECK(planned.counts.is_over());
  CHECK(must(scene.s.office().status(scene.s.now)).open_operations == 0);
  CHECK_FALSE(must(scene.s.office().stop_operation(planned.id, "joe", "why", scene.s.now))->stopped_at.has_value());
  CHECK(must(scene.s.office().settle_repairs(planned.id))->counts == repair_counts{});
}

TEMPLATE_TEST_CASE("an operation stays open until the last result of it is known", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  const auto open = [&] { return must(scene.s.office().status(scene.s.now)).open_operations; };
  scene.hold({"o-1"});
  scene.plan({"o-1"}, 0);
  CHECK(open() == 1);
  must(scene.s.office().release_repairs("op-1", 1, terminal, scene.s.now));
  CHECK(open() == 1);
  scene.claim();
  scene.apply("op-1", "o-1");
  CHECK(open() == 1);
  scene.s.drive_to_end("o-1");
  CHECK(open() == 1);
  CHECK(must(scene.s.office().settle_repairs("op-1"))->counts == repair_counts{.applied = 1, .well = 1});
  CHECK(open() == 0);
}

TEMPLATE_TEST_CASE("what came of a repair is looked for when its order has gone on", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& office = scene.s.office();
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 2);
  scene.claim();
  scene.apply("op-1", "o-1");
  scene.apply("op-1", "o-2");
  CHECK(must(office.settle_repairs("op-1"))->counts == repair_counts{.applied = 2});
  event again;
  again.what = event::kind::hold;
  again.reason = "not so well";
  scene.tell("o-1", again);
  scene.s.drive_to_end("o-2");
  CHECK(must(office.settle_repairs("op-1"))->counts == repair_counts{.applied = 2, .well = 1, .badly = 1});
  CHECK(scene.one("op-1", "o-1").result == repair_result::badly);
  CHECK(scene.one("op-1", "o-1").because == scene.s.standing("o-1").last_error);
  CHECK(scene.one("op-1", "o-2").result == repair_result::well);
  CHECK(scene.counts("op-1").is_over());
  CHECK(must(office.settle_repairs("op-1"))->counts.failed() == 1);
}

TEMPLATE_TEST_CASE("a hold has done its work as soon as it is applied", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.s.submit(order_of("o-1", {line("token", 1)}));
  scene.plan({"o-1"}, 1, operator_action::hold);
  CHECK(scene.claim() == ids{"o-1"});
  scene.apply("op-1", "o-1", operator_action::hold);
  CHECK(must(scene.s.office().settle_repairs("op-1"))->counts == repair_counts{.applied = 1, .well = 1});
}

TEMPLATE_TEST_CASE("what an operator agreed to is kept as it was said, whatever they typed", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  const std::string longest(128, 'x');
  scene.hold({longest});
  operation_request asked;
  asked.wanted = {.what = operator_action::skip,
                  .who = "m\xC3\xAD"
                         "a \xF0\x9F\xA6\x8A",
                  .why = "it's 3 a.m.; DROP TABLE orders; -- {\"a\",NULL}\\",
                  .value = {{"said", "\xF0\x9F\x92\xB0"}, {"n", 7}}};
  asked.pace = {.per_second = std::numeric_limits<std::size_t>::max() >> 1U,
                .canary = 3,
                .abort_if = operations::abort_rule{.failed_max = 5, .percent = true}};
  must(scene.s.office().plan_operation(asked, {target(longest, 2)}, 1, "", scene.s.now));
  const auto found = must(scene.s.office().find_operation("op-1")).value();
  CHECK(found.asked.wanted.what == asked.wanted.what);
  CHECK(found.asked.wanted.who == asked.wanted.who);
  CHECK(found.asked.wanted.why == asked.wanted.why);
  CHECK(found.asked.wanted.value == asked.wanted.value);
  CHECK(found.asked.pace.per_second == asked.pace.per_second);
  CHECK(found.asked.pace.canary == asked.pace.canary);
  CHECK(found.asked.pace.abort_if == asked.pace.abort_if);
  const auto handed = must(scene.s.node().claim_repairs(1, scene.s.now));
  REQUIRE(handed.size() == 1);
  CHECK(handed[0].wanted.value == asked.wanted.value);
  CHECK(handed[0].wanted.why == asked.wanted.why);
  CHECK(handed[0].saga.now.order.value == longest);
}

TEMPLATE_TEST_CASE("text that a store may not be able to hold is kept readable", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1"});
  operation_request asked;
  asked.wanted = {.what = operator_action::skip,
                  .who = std::string{"a\0b", 3},
                  .why = "no UTF-8: \xC3\x28",
                  .value = std::string{"x\0y\xFF", 4}};
  const std::string odd{"nobody\0\xFE", 8};
  must(scene.s.office().plan_operation(asked, {target(odd), target("o-1", 2)}, 2, "p\xFFp", scene.s.now));
  const auto found = must(scene.s.office().find_operation("op-1")).value();
  CHECK_THAT(found.asked.wanted.who, Catch::StartsWith("a") && Catch::EndsWith("b"));
  CHECK_THAT(found.asked.wanted.why, Catch::StartsWith("no UTF-8: "));
  CHECK(found.counts == repair_counts{.released = 1, .refused = 1});
  CHECK(must(scene.s.office().release_repairs("op-1", 1, "p\xFFp", scene.s.now)) == std::size_t{0});
}

TEMPLATE_TEST_CASE("nobody finds an operation that is not there", "[repairs]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& office = scene.s.office();
  scene.plan({}, 0);
  for (const std::string id : {"", "op-", "op-0", "op-2", "op-01", "op-+1", "op--1", "op-1 ", "1",
                               "op-9223372036854775808", "op-99999999999999999999", "'; --"}) {
    INFO(id);
    CHECK_FALSE(must(office.find_operation(id)).has_value());
    CHECK_FALSE(must(office.settle_repairs(id)).has_value());
    CHECK_FALSE(must(office.stop_operation(id, "joe", "why", scene.s.now)).has_value());
    CHECK_FALSE(must(office.resume_operation(id, "joe", terminal, scene.s.now)).has_value());
    CHECK_FALSE(must(office.release_repairs(id, 1, terminal, scene.s.now)).has_value());
    CHECK(must(office.repairs(id)).empty());
  }
}

TEMPLATE_TEST_CASE("operations are listed newest first", "[repairs]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1"});
  for (int i = 0; i < 3; ++i)
    scene.plan({"o-1"}, 1);
  const auto all = must(scene.s.office().list_operations({}));
  REQUIRE(all.size() == 3);
  CHECK(all[0].id == "op-3");
  CHECK(all[2].counts.released == 1);
  const auto newest = must(scene.s.office().list_operations(1));
  REQUIRE(newest.size() == 1);
  CHECK(newest[0].id == "op-3");
  CHECK(must(scene.s.office().list_operations(0)).empty());
}

TEMPLATE_TEST_CASE("an operator abbreviates an order's id", "[repairs]", on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  for (const std::string id : {"o-12", "o-1", "o-2", "O-1", "p_1", "pa1"})
    s.submit(order_of(id, {line("token", 1)}));
  const auto like = [&](const std::string& prefix, std::size_t count_max) {
    ids found;
    for (const order_id& o : must(s.office().orders_like(prefix, count_max)))
      found.push_back(o.value);
    return found;
  };
  CHECK(like("o-1", 10) == ids{"o-1", "o-12"});
  CHECK(like("o-1", 1) == ids{"o-1"});
  CHECK(like("o-1", 0).empty());
  CHECK(like("p_", 10) == ids{"p_1"}); // no pattern
  CHECK(like("%", 10).empty());
  CHECK(like(std::string{"o\0", 2}, 10).empty());
  CHECK(like("o-\xFF", 10).empty());
  CHECK(like("", 10) == ids{"O-1", "o-1", "o-12", "o-2", "p_1", "pa1"});
  CHECK(like(std::string(200, 'o'), 10).empty());
}

} // namespace sagad::tests

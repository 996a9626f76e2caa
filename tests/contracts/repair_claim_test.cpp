#include <set>
#include <thread>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/repair_scene.hpp"

namespace sagad::tests {

namespace {

using ids = std::vector<std::string>;

node_options named(const std::string& name) {
  auto options = shop::usual();
  options.name = name;
  return options;
}

} // namespace

TEMPLATE_TEST_CASE("a node is handed the released repairs of what it drives or nobody does, oldest first", "[repairs]",
                   on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  scene.hold({"held", "later"});
  s.submit(order_of("driven", {line("token", 1)}));
  s.submit_at_office(order_of("waiting", {line("token", 1)}));
  s.submit(order_of("ended", {line("token", 1)}));
  s.drive_to_end("ended");
  CHECK(scene.claim().empty());
  scene.plan({"later"}, 0);
  scene.plan({"ended", "waiting", "held", "driven"}, 4, operator_action::retry);
  must(s.office().release_repairs("op-1", 1, terminal, s.now));
  CHECK(s.hears_of_others());
  CHECK(scene.claim(0).empty());
  CHECK(scene.claim(3) == ids{"later", "ended", "waiting"});
  const auto rest = must(s.node().claim_repairs(3, s.now));
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].operation == "op-2");
  CHECK(rest[0].wanted.what == operator_action::retry);
  CHECK(rest[0].wanted.who == "mia");
  CHECK(rest[0].saga.now == s.standing("held"));
  CHECK(rest[0].planned_sequence == s.standing("held").sequence);
  CHECK(rest[0].saga.input.at("total") == 50);
  CHECK(s.view("held").owner == "node-1");
  CHECK(s.view("waiting").owner == "node-1");
  CHECK(s.view("driven").owner == "node-1");
  CHECK(s.view("ended").owner.empty());
  CHECK(s.claim(10, s.now).empty());
}

TEMPLATE_TEST_CASE("what was handed out comes again only when the node had its time for it", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 2);
  CHECK(scene.claim(1) == ids{"o-1"});
  CHECK(scene.claim() == ids{"o-2"});
  scene.s.now += repair_handed_out_for - milliseconds{1};
  CHECK(scene.claim().empty());
  scene.s.now += milliseconds{1};
  CHECK(scene.claim() == ids{"o-1", "o-2"});
  CHECK(scene.claim().empty());
}

TEMPLATE_TEST_CASE("a repair that a node was handed and died with is handed out at once, and applied once", "[repairs]",
                   on_memory, on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>(named("first"));
  auto& s = scene.s;
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 2);
  CHECK(scene.claim() == ids{"o-1", "o-2"});
  scene.apply("op-1", "o-1");
  s.crash(); // between the commits of the two
  s.reopen(named("second"));
  CHECK(scene.claim() == ids{"o-2"});
  CHECK(s.view("o-2").owner == "second");
  scene.apply("op-1", "o-2");
  CHECK(scene.claim().empty());
  CHECK(scene.counts("op-1") == repair_counts{.applied = 2});
  CHECK(s.history("o-1") == s.history("o-2"));
  CHECK(s.claim(10, s.now) == ids{"o-1"}); // what the first one drove
  CHECK(s.findings().empty());
}

TEMPLATE_TEST_CASE("a node that leaves gives back the repairs that it did not come to", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>(named("first"));
  scene.hold({"o-1"});
  scene.plan({"o-1"}, 1);
  CHECK(scene.claim() == ids{"o-1"});
  must(scene.s.node().beat({.at = scene.s.now, .leaving = true}));
  scene.s.reopen(named("second"));
  CHECK(scene.claim() == ids{"o-1"});
}

TEMPLATE_TEST_CASE("an outcome takes effect once, however often it is committed", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  scene.hold({"o-1"});
  scene.plan({"o-1"}, 1);
  scene.claim();
  const batch work = scene.applying("op-1", "o-1");
  must(s.node().commit(work, s.now));
  const auto facts = s.history("o-1").size();
  must(s.node().commit(work, s.now + milliseconds{9}));
  scene.give_up("op-1", "o-1", repair_state::moved_on);
  CHECK(scene.counts("op-1") == repair_counts{.applied = 1});
  CHECK(scene.one("op-1", "o-1").at == s.now);
  CHECK(scene.one("op-1", "o-1").because.empty());
  CHECK(s.history("o-1").size() == facts);
  s.now += repair_handed_out_for;
  CHECK(scene.claim().empty());
}

TEMPLATE_TEST_CASE("a repair counts as applied only together with what it changed", "[repairs]", on_memory, on_sqlite,
                   on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  scene.hold({"o-1"});
  scene.plan({"o-1"}, 1);
  scene.claim();
  batch without = scene.applying("op-1", "o-1");
  without.updates.clear();
  must(s.node().commit(without, s.now));
  CHECK(scene.counts("op-1").released == 1);
  batch stale = scene.applying("op-1", "o-1");
  event e;
  e.what = event::kind::resume;
  scene.tell("o-1", e);
  s.drive_to_end("o-1"); // the store knows later progress than the stale update
  must(s.node().commit(stale, s.now));
  CHECK(scene.counts("op-1").released == 1);
  scene.give_up("op-1", "o-1", repair_state::moved_on);
  CHECK(scene.counts("op-1") == repair_counts{.moved_on = 1});
  CHECK(scene.one("op-1", "o-1").because == "it is elsewhere");
}

TEMPLATE_TEST_CASE("outcomes of what was never released, or never planned, change nothing", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 1);
  scene.give_up("op-1", "o-2", repair_state::refused);
  scene.give_up("op-1", "o-1", repair_state::planned); // no outcome
  scene.give_up("op-7", "o-1", repair_state::refused);
  scene.give_up("nonsense", "o-1", repair_state::refused);
  scene.give_up("op-1", std::string{"\0\xFF", 2}, repair_state::refused);
  CHECK(scene.counts("op-1") == repair_counts{.planned = 1, .released = 1});
  batch both;
  for (const auto state : {repair_state::refused, repair_state::moved_on})
    both.repair_outcomes.push_back({.operation = "op-1", .saga = saga_id{"o-1"}, .state = state});
  must(s.node().commit(both, s.now));
  CHECK(scene.one("op-1", "o-1").state == repair_state::refused); // the first one counts
}

TEMPLATE_TEST_CASE("one order may stand in two operations, and each has its own outcome", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  scene.hold({"o-1"});
  scene.plan({"o-1"}, 1);
  scene.plan({"o-1"}, 1);
  CHECK(scene.claim() == ids{"o-1", "o-1"});
  scene.apply("op-1", "o-1");
  scene.give_up("op-2", "o-1", repair_state::moved_on);
  CHECK(scene.counts("op-1") == repair_counts{.applied = 1});
  CHECK(scene.counts("op-2") == repair_counts{.moved_on = 1});
}

TEMPLATE_TEST_CASE("a fenced node is handed no repair, and what it made of one is not recorded", "[repairs]", on_memory,
                   on_sqlite, on_postgres) {
  auto scene = repairs_on<TestType>();
  auto& s = scene.s;
  scene.hold({"o-1", "o-2"});
  scene.plan({"o-1", "o-2"}, 2);
  CHECK(scene.claim(1) == ids{"o-1"});
  const batch work = scene.applying("op-1", "o-1");
  const saga before = s.standing("o-1");
  s.place().give_lease_to_another();
  const auto committed = s.node().commit(work, s.now);
  REQUIRE_FALSE(committed.has_value());
  CHECK(committed.error().what == store_error::kind::fenced);
  const auto claimed = s.node().claim_repairs(10, s.now);
  REQUIRE_FALSE(claimed.has_value());
  CHECK(claimed.error().what == store_error::kind::fenced);
  CHECK(s.standing("o-1") == before);
  CHECK(scene.counts("op-1") == repair_counts{.released = 2});
}

TEMPLATE_TEST_CASE("what a publishing node takes for a repair comes with what is still to be published", "[repairs]",
                   on_memory, on_sqlite, on_postgres) {
  auto options = shop::usual();
  options.publishes = true;
  auto scene = repairs_on<TestType>(options);
  auto& s = scene.s;
  scene.hold({"o-1"});
  s.submit(order_of("driven", {line("token", 1)}));
  scene.plan({"o-1", "driven"}, 2);
  const auto handed = must(s.node().claim_repairs(10, s.now));
  REQUIRE(handed.size() == 2);
  CHECK(handed[0].saga.unpublished.size() == s.history("o-1").size());
  CHECK(handed[1].saga.unpublished.empty()); // the node has them
}

TEST_CASE("of two nodes that ask at once each repair goes to one", "[postgres][repairs]") {
  auto scene = repairs_on<on_postgres>(named("first"));
  auto& s = scene.s;
  ids all;
  for (int i = 0; i < 200; ++i)
    all.push_back("o-" + std::to_string(i));
  scene.hold(all);
  scene.plan(all, all.size());
  const auto second = must(s.place().open_node(named("second")));
  std::vector<ids> got(2);
  const auto take_all = [&](store& node, ids& into) {
    for (int empty = 0; empty < 5;) {
      const auto some = node.claim_repairs(7, s.now);
      if (!some)
        return;
      for (const claimed_repair& r : *some)
        into.push_back(r.saga.now.id.value);
      empty = some->empty() ? empty + 1 : 0;
    }
  };
  std::thread other{[&] { take_all(*second, got[1]); }};
  take_all(s.node(), got[0]);
  other.join();
  CHECK(got[0].size() + got[1].size() == all.size());
  std::set<std::string> once{got[0].begin(), got[0].end()};
  once.insert(got[1].begin(), got[1].end());
  CHECK(once.size() == all.size());
  for (const std::string& id : got[1])
    CHECK(s.view(id).owner == "second");
}

TEST_CASE("a repair of an order that another living node drives waits for that node", "[postgres][repairs]") {
  auto scene = repairs_on<on_postgres>(named("first"));
  auto& s = scene.s;
  s.submit(order_of("o-1", {line("token", 1)}));
  scene.plan({"o-1"}, 1, operator_action::hold);
  const auto second = must(s.place().open_node(named("second")));
  CHECK(must(second->claim_repairs(10, s.now)).empty());
  must(s.node().beat({.at = s.now, .leaving = true}));
  const auto taken = must(second->claim_repairs(10, s.now));
  REQUIRE(taken.size() == 1);
  CHECK(s.view("o-1").owner == "second");
}

} // namespace sagad::tests

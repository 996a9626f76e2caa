#include "tools/sagactl/repair_pacer.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/fake_office.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

/// An operation on so many orders, on a fake desk, whose time passes only in pauses.
struct pacing {
  fake_office office;
  moment now = noon;
  bool anybody = true;
  int looks_until_interrupt = 10'000;
  std::vector<std::string> phases;
  std::vector<store_error> losses;

  operation plan(std::size_t orders, const operations::pace_settings& pace, std::size_t first = 0) {
    std::vector<repair_target> targets;
    for (std::size_t i = 0; i < orders; ++i) {
      const std::string id = "o-" + std::to_string(i);
      targets.push_back({.order = order_id{id}, .saga = saga_id{id}, .sequence = 1});
    }
    const operation_request asked{.wanted = {.who = "ann", .why = "test"}, .pace = pace};
    return *office.plan_operation(asked, targets, first, "me", now);
  }

  repair_pacer pacer(const std::string& name = "me") {
    return repair_pacer{office,
                        name,
                        {.now = [this] { return now; },
                         .pause = [this](milliseconds length) { now += length; },
                         .interrupted = [this] { return --looks_until_interrupt < 0; },
                         .anybody_there = [this] { return anybody; },
                         .progress =
                             [this](const operation&, operations::pace_phase p) {
                               const std::string phase{to_string(p)};
                               if (phases.empty() || phases.back() != phase)
                                 phases.push_back(phase);
                             },
                         .lost = [this](const store_error& e, milliseconds) { losses.push_back(e); }}};
  }

  /// Those of the released ones end badly whose place in the set is one of these.
  void node_fails(std::vector<std::size_t> places) {
    office.nodes_work = [places](fake_desks& desks) {
      std::vector<repair>& items = desks.operations_kept.front().items;
      for (std::size_t i = 0; i < items.size(); ++i)
        if (items[i].state == repair_state::released) {
          items[i].state = repair_state::applied;
          const bool fails = std::find(places.begin(), places.end(), i) != places.end();
          items[i].result = fails ? repair_result::badly : repair_result::well;
        }
    };
  }

  using sizes = std::vector<std::size_t>;
};

} // namespace

TEST_CASE("a canary goes first, then a ramp that doubles, until all have ended", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({});
  const operation op = p.plan(20, {.canary = 1}, 1);
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::over);
  CHECK(p.office.releases == pacing::sizes{1, 2, 4, 8, 5});
  CHECK(pacer.seen().counts.well == 20);
  CHECK(p.phases == std::vector<std::string>{"canary", "ramp", "done"});
}

TEST_CASE("nothing goes before the canary has ended", "[sagactl][pacer]") {
  pacing p;
  p.looks_until_interrupt = 50;
  const operation op = p.plan(20, {.canary = 2}, 2);
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::interrupted);
  CHECK(p.office.releases == pacing::sizes{2});
}

TEST_CASE("a canary that fails stops the operation, and the log says that it was we", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({0});
  const operation op = p.plan(20, {.canary = 1}, 1);
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::stopped);
  CHECK(p.office.releases == pacing::sizes{1});
  CHECK(pacer.seen().stopped_by == "sagactl: canary");
  CHECK(pacer.seen().counts.planned == 19);
}

TEST_CASE("too many failures stop the operation, and what was released still ends", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({3, 4});
  const operation op =
      p.plan(100, {.canary = 1, .abort_if = operations::abort_rule{.failed_max = 5, .percent = true}}, 1);
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::stopped);
  CHECK(pacer.seen().stopped_by == "sagactl: failed>5%");
  CHECK(pacer.seen().stopped_because == "2 of 7 failed");
  CHECK(pacer.seen().counts.released == 0);
  CHECK(pacer.seen().counts.well == 5);
}

TEST_CASE("no more go in a second than the rate says", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({});
  const operation op = p.plan(25, {.per_second = 10}, 10);
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::over);
  CHECK(p.office.releases == pacing::sizes{10, 10, 5});
  CHECK(p.now >= noon + 2s);
}

TEST_CASE("a store that is lost for a while is asked again, and nothing is released twice", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({});
  const operation op = p.plan(7, {.canary = 1}, 1);
  p.office.shaken = store_error{store_error::kind::unavailable, "connection refused"};
  p.office.shaken_calls = 6;
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::over);
  CHECK(p.losses.size() == 6);
  CHECK(p.office.releases == pacing::sizes{1, 2, 4});
}

TEST_CASE("a release whose answer got lost is looked up before the next", "[sagactl][pacer]") {
  pacing p;
  const operation op = p.plan(7, {.canary = 1}, 1);
  bool lost = false;
  p.office.nodes_work = [&](fake_desks& desks) {
    carry_out_all(desks);
    if (desks.releases.size() == 1 && !lost) { // the next call is the release, and its answer gets lost
      lost = true;
      for (repair& r : desks.operations_kept.front().items)
        if (r.order == order_id{"o-1"} || r.order == order_id{"o-2"})
          r.state = repair_state::released;
      desks.shaken = store_error{store_error::kind::in_doubt, ""};
      desks.shaken_calls = 1;
    }
  };
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::over);
  CHECK(p.office.releases == pacing::sizes{1, 4}); // two of the seven went with the lost answer
}

TEST_CASE("a store that stays away, or refuses, ends the pacing", "[sagactl][pacer]") {
  pacing p;
  const operation op = p.plan(7, {.canary = 1}, 1);
  SECTION("away") {
    p.office.broken = store_error{store_error::kind::unavailable, "connection refused"};
    repair_pacer pacer = p.pacer();
    CHECK(pacer.run(op) == pacing_end::store_lost);
    CHECK(p.now >= noon + lost_store_max);
  }
  SECTION("forbids") {
    p.office.broken = store_error{store_error::kind::forbidden, "permission denied"};
    repair_pacer pacer = p.pacer();
    CHECK(pacer.run(op) == pacing_end::store_lost);
    CHECK(p.losses.empty());
    CHECK(pacer.trouble()->detail == "permission denied");
  }
}

TEST_CASE("who was taken over releases nothing more", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({});
  const operation op = p.plan(7, {.canary = 1}, 1);
  REQUIRE(p.office.resume_operation(op.id, "bob", "another", noon));
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::taken_over);
  CHECK(p.office.releases == pacing::sizes{1});
}

TEST_CASE("an operation that somebody stops waits for what was released, and ends", "[sagactl][pacer]") {
  pacing p;
  const operation op = p.plan(7, {.canary = 2}, 2);
  int looks = 0;
  p.office.nodes_work = [&](fake_desks& desks) {
    if (++looks == 2)
      REQUIRE(desks.stop_operation(op.id, "bob", "enough", noon));
    if (looks == 5)
      carry_out_all(desks);
  };
  repair_pacer pacer = p.pacer();
  CHECK(pacer.run(op) == pacing_end::stopped);
  CHECK(looks == 5);
  CHECK(pacer.seen().stopped_by == "bob");
  CHECK(p.office.releases == pacing::sizes{2});
}

TEST_CASE("another process goes on where the first one died", "[sagactl][pacer]") {
  pacing p;
  p.node_fails({});
  const operation op = p.plan(7, {.canary = 1}, 1);
  p.looks_until_interrupt = 1;
  CHECK(p.pacer().run(op) == pacing_end::interrupted);
  const operation resumed = **p.office.resume_operation(op.id, "ann", "second", p.now);
  p.looks_until_interrupt = 100;
  CHECK(p.pacer("second").run(resumed) == pacing_end::over);
  std::size_t released = 0;
  for (const std::size_t count : p.office.releases)
    released += count;
  CHECK(released == 7);
}

TEST_CASE("nobody waits for ever where no node lives", "[sagactl][pacer]") {
  pacing p;
  const operation op = p.plan(7, {}, 7);
  SECTION("from the beginning") {
    p.anybody = false;
    CHECK(p.pacer().run(op) == pacing_end::nobody_there);
    CHECK(p.now == noon);
  }
  SECTION("when the last one died") {
    int looks = 0;
    p.office.nodes_work = [&](fake_desks&) { p.anybody = ++looks < 5; };
    CHECK(p.pacer().run(op) == pacing_end::nobody_there);
    CHECK(p.now < noon + 10s);
  }
}

TEST_CASE("an operation that is over needs no node", "[sagactl][pacer]") {
  pacing p;
  p.anybody = false;
  p.node_fails({});
  CHECK(p.pacer().run(p.plan(3, {}, 3)) == pacing_end::over);
}

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;

namespace {

/// An operation on three orders, of which the first was released by somebody else.
struct under_way : fixture {
  under_way() {
    office.health.nodes = {living_node()};
    std::vector<repair_target> set;
    for (const char* id : {"o-1", "o-2", "o-3"})
      set.push_back({.order = order_id{id}, .saga = saga_id{id}, .sequence = 1});
    const operation_request asked{
        .wanted = {.what = operations::operator_action::resume, .who = "bob", .why = "it works again"},
        .pace = {.per_second = 5, .canary = 1, .abort_if = operations::abort_rule{.failed_max = 5, .percent = true}}};
    static_cast<void>(office.plan_operation(asked, set, 1, "bob's", noon));
  }
};

} // namespace

TEST_CASE("operations are listed, none, one and several", "[sagactl][operation]") {
  fixture none;
  CHECK(type(none, {"operation", "list"}) == exit_code::done);
  CHECK(none.out.str().empty());
  under_way f;
  CHECK(type(f, {"operation", "list"}) == exit_code::done);
  CHECK(f.printed("op-1"));
  CHECK(f.printed("under way"));
  CHECK(f.printed("it works again"));
  static_cast<void>(f.office.plan_operation({}, {}, 0, "x", noon));
  f.out.str("");
  CHECK(type(f, {"-o", "json", "operation", "list"}) == exit_code::done);
  const auto told = f.printed_json();
  REQUIRE(told.size() == 2);
  CHECK(told[0]["state"] == "over"); // of an empty set
  CHECK(told[1]["operation_id"] == "op-1");
  CHECK(told[1]["total"] == 3);
  CHECK(told[1]["planned"] == 2);
  CHECK(told[1]["rate"] == 5);
  CHECK(told[1]["canary"] == 1);
  CHECK(told[1]["abort_if"] == "failed>5%");
  f.out.str("");
  CHECK(type(f, {"-o", "ids", "operation", "list", "--limit", "1"}) == exit_code::done);
  CHECK(f.out.str() == "op-2\n");
}

TEST_CASE("an operation is shown with those that failed", "[sagactl][operation]") {
  under_way f;
  f.office.operations_kept[0].items[0].state = repair_state::moved_on;
  f.office.operations_kept[0].items[0].because = "the order has moved on";
  SECTION("to people") {
    CHECK(type(f, {"operation", "show", "op-1"}) == exit_code::failed);
    CHECK(f.printed("canary of 1, then a ramp, 5 a second, until failed>5%"));
    CHECK(f.printed("the order has moved on"));
    CHECK(f.printed("op-1: 0 of 3 ended well, 1 failed, 2 not begun."));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "operation", "show", "op-1"}) == exit_code::failed);
    CHECK(f.printed_json()["orders"][0]["result"] == "moved-on");
    CHECK(f.printed_json()["orders"][1]["result"] == "planned");
  }
  SECTION("one that is none") {
    CHECK(type(f, {"operation", "show", "op-7"}) == exit_code::not_found);
    CHECK(f.complained("There is no operation 'op-7'"));
  }
}

TEST_CASE("another terminal watches an operation to its end", "[sagactl][operation]") {
  under_way f;
  int looks = 0;
  f.office.nodes_work = [&](fake_desks& desks) {
    if (++looks == 3) {
      for (repair& r : desks.operations_kept[0].items)
        r.state = repair_state::released;
      carry_out_all(desks);
    }
  };
  CHECK(type(f, {"operation", "watch", "op-1"}) == exit_code::done);
  CHECK(f.printed("3 of 3 ended well"));
  CHECK(f.complained("1 under way, 2 not begun"));
  CHECK(type(f, {"operation", "watch", "op-2"}) == exit_code::not_found);
}

TEST_CASE("another terminal stops an operation, and goes on with it", "[sagactl][operation]") {
  under_way f;
  CHECK(type(f, {"operation", "stop", "op-1"}) == exit_code::usage); // why?
  CHECK(type(f, {"operation", "stop", "op-1", "--reason", "wait"}) == exit_code::done);
  CHECK(f.office.operations_kept[0].seen.stopped_because == "wait");
  CHECK(f.printed("stopped"));
  f.office.nodes_work = [](fake_desks& desks) { carry_out_all(desks); };
  f.out.str("");
  CHECK(type(f, {"operation", "watch", "op-1"}) == exit_code::failed); // not all of it was done
  f.out.str("");
  CHECK(type(f, {"operation", "resume", "op-1"}) == exit_code::done);
  CHECK(f.office.operations_kept[0].pacer == "test:1");
  CHECK(f.printed("op-1: 3 of 3 ended well, 0 failed."));
  CHECK(type(f, {"operation", "resume", "op-9"}) == exit_code::not_found);
  CHECK(type(f, {"operation", "stop", "op-9", "--reason", "x"}) == exit_code::not_found);
  CHECK(type(f, {"operation", "stop", "op-1", "--reason", "x"}) == exit_code::done);
  CHECK(f.complained("is over already"));
}

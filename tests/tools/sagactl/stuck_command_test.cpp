#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"
#include "workflows/operations/cause.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

std::string key_of_refunds(const fixture& f) {
  return operations::key_of(operations::cause_of(f.office.orders.front(), checkout_definitions()));
}

} // namespace

TEST_CASE("nothing is stuck where there are no orders, or all are well", "[sagactl][stuck]") {
  fixture f;
  SECTION("no orders") {}
  SECTION("one that is well") { f.office.orders = {accepted_order("o-1")}; }
  SECTION("one whose trouble is young") {
    f.office.orders = {pausing_at_charge("o-1")};
    f.office.orders[0].now.wrong.since = noon - 10s;
  }
  CHECK(type(f, {"order", "stuck"}) == exit_code::done);
  CHECK(f.out.str() == "Nothing is stuck.\n");
  f.out.str("");
  CHECK(type(f, {"-o", "json", "order", "stuck"}) == exit_code::done);
  CHECK(f.out.str() == "[]\n");
}

TEST_CASE("what is stuck for the same cause is one group, with what to do", "[sagactl][stuck]") {
  fixture f;
  f.office.orders = {held_at_refund("o-1"), held_at_refund("o-2"), pausing_at_charge("q-1")};
  const std::string key = key_of_refunds(f);
  f.office.left_notes = {{.group = key, .text = "the bank is told", .who = "bob", .at = noon - 1min}};
  SECTION("to people") {
    CHECK(type(f, {"order", "stuck"}) == exit_code::unhealthy);
    CHECK(f.printed(key));
    CHECK(f.printed("refund-payment: TILL_CLOSED: till # is closed"));
    CHECK(f.printed("bob: the bank is told"));
    CHECK(f.printed("3 orders are stuck; 7500 at stake."));
    CHECK(f.printed("sagactl order resume --group " + key));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "order", "stuck"}) == exit_code::unhealthy);
    const auto groups = f.printed_json();
    REQUIRE(groups.size() == 2);
    CHECK(groups[0]["group"] == key);
    CHECK(groups[0]["step"] == "refund-payment");
    CHECK(groups[0]["participant"] == "payment");
    CHECK(groups[0]["count"] == 2);
    CHECK(groups[0]["held"] == 2);
    CHECK(groups[0]["at_stake"] == 5'000);
    CHECK(groups[0]["first_seen"] == to_rfc3339(noon - 5min));
    CHECK(groups[0]["trend"] == "rising");
    CHECK(groups[0]["note"]["text"] == "the bank is told");
    CHECK(groups[1]["held"] == 0);
    CHECK(groups[1]["note"].is_null());
  }
  SECTION("as ids of the groups") {
    CHECK(type(f, {"-o", "ids", "order", "stuck"}) == exit_code::unhealthy);
    CHECK(f.out.str().starts_with(key + '\n'));
  }
  SECTION("only those in trouble for longer, or held") {
    CHECK(type(f, {"-o", "json", "order", "stuck", "--older-than", "3m"}) == exit_code::unhealthy);
    CHECK(f.printed_json().size() == 1);
  }
}

TEST_CASE("what is advised fits the cause", "[sagactl][stuck]") {
  fixture f;
  f.office.orders = {pausing_at_charge("o-1")};
  saga& order = f.office.orders[0].now;
  const auto advice = [&] {
    f.out.str("");
    CHECK(type(f, {"order", "stuck"}) == exit_code::unhealthy);
    const std::string told = f.out.str();
    return told.substr(told.rfind("Then:     ") + 10);
  };
  CHECK(advice().starts_with("sagactl order retry --group "));
  order.wrong.code = "PARTICIPANT_HELD";
  CHECK(advice() == "sagactl participant list\n");
  order.wrong.code = "CIRCUIT_OPEN";
  CHECK(advice() == "sagactl status\n");
  order.wrong.code = "PARTICIPANT_AWAY";
  CHECK(advice() == "sagad --store URL --broker URL --roles payment\n");
  f.office.orders = {held_at_refund("o-1")};
  f.office.orders[0].now.held_because = hold_cause::refused;
  CHECK(advice().starts_with("sagactl order skip --group "));
}

TEST_CASE("operators leave notes on a group, and take them away", "[sagactl][stuck]") {
  fixture f;
  f.office.orders = {held_at_refund("o-1")};
  const std::string key = key_of_refunds(f);
  CHECK(type(f, {"order", "note", key.substr(0, 4), "ticket 4711"}) == exit_code::done);
  REQUIRE(f.office.left_notes.size() == 1);
  CHECK(f.office.left_notes[0].group == key);
  CHECK(f.office.left_notes[0].who == "ann");
  f.office.orders.clear(); // the note outlives the group
  CHECK(type(f, {"order", "note", key, "--clear"}) == exit_code::done);
  CHECK(f.office.left_notes.empty());
  CHECK(type(f, {"order", "note", key, "again"}) == exit_code::not_found);
  CHECK(type(f, {"order", "note", key}) == exit_code::usage);
  CHECK(type(f, {"order", "note", key, "text", "--clear"}) == exit_code::usage);
}

TEST_CASE("what is stuck is shown again and again until Ctrl-C", "[sagactl][stuck]") {
  fixture f;
  f.office.orders = {held_at_refund("o-1")};
  f.interrupted_at = 2;
  SECTION("one after the other where nobody looks") {
    CHECK(type(f, {"order", "stuck", "--watch"}) == exit_code::unhealthy);
    const std::string all = f.out.str();
    CHECK(all.find("1 order is stuck") != all.rfind("1 order is stuck"));
    CHECK(all.find("\x1b[") == std::string::npos);
    CHECK(f.time == noon + 4s);
  }
  SECTION("in place on a terminal, and no more than fits") {
    f.s.on = {.is_terminal = true, .width = 80, .height = 4};
    CHECK(type(f, {"order", "stuck", "--watch", "7"}) == exit_code::unhealthy);
    CHECK(f.printed("\x1b[3A\x1b[J"));
    CHECK(f.printed("... and 4 more lines"));
    CHECK(f.time == noon + 14s);
  }
}

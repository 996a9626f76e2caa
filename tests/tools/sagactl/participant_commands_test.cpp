#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

TEST_CASE("participants are listed with who waits for them and what stands between", "[sagactl][participant]") {
  fixture f;
  f.office.health.nodes = {living_node()};
  f.office.health.nodes[0].circuits = {
      {"delivery", {.state = operations::circuit::open, .since = noon - 1min, .why = "no answer", .probe_at = noon}}};
  f.office.orders = {pausing_at_charge("q-1"), pausing_at_charge("q-2"), held_at_refund("o-1")};
  f.office.rules = {{.on = "refund-payment", .who = "bob", .why = "twice", .since = noon - 5min}};
  SECTION("to people") {
    CHECK(type(f, {"participant", "list"}) == exit_code::done);
    CHECK(f.printed("held by bob 5m 0s ago: twice"));
    CHECK(f.printed("open at node-1"));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "participant", "list"}) == exit_code::done);
    const auto told = f.printed_json();
    REQUIRE(told.size() == 6); // the five, and the question that is stopped
    CHECK(told[0]["name"] == "payment");
    CHECK(told[0]["state"] == "up");
    CHECK(told[0]["waiting"] == 2); // what is held waits for a person
    CHECK(told[0]["rule"].is_null());
    CHECK(told[2]["circuits"][0]["state"] == "open");
    CHECK(told[2]["circuits"][0]["node"] == "node-1");
    CHECK(told[5]["name"] == "refund-payment");
    CHECK(told[5]["rule"]["forced"] == "forced-open");
  }
}

TEST_CASE("a participant, a step or an undo is held, and released again", "[sagactl][participant]") {
  fixture f;
  for (const std::string on : {"payment", "charge-payment", "refund-payment"}) {
    CAPTURE(on);
    CHECK(type(f, {"participant", "hold", on, "--reason", "the bank moves"}) == exit_code::done);
    REQUIRE(f.office.rules.size() == 1);
    CHECK(f.office.rules[0].on == on);
    CHECK(f.office.rules[0].who == "ann");
    CHECK(f.office.rules[0].why == "the bank moves");
    CHECK(f.office.rules[0].since == noon);
    CHECK(type(f, {"participant", "release", on, "--reason", "it is back"}) == exit_code::done);
    CHECK(f.office.rules.empty());
  }
  CHECK(type(f, {"participant", "release", "payment", "--reason", "x"}) == exit_code::not_found);
}

TEST_CASE("what nobody asks is not held", "[sagactl][participant]") {
  fixture f;
  CHECK(type(f, {"participant", "hold", "paymnet", "--reason", "x"}) == exit_code::usage);
  CHECK(f.complained("did you mean payment?"));
  CHECK(type(f, {"participant", "hold", "payment"}) == exit_code::usage); // why?
  CHECK(f.office.rules.empty());
  f.office.health.nodes = {living_node()};
  f.office.health.nodes[0].plays = {"gift-wrapping"};
  CHECK(type(f, {"participant", "hold", "gift-wrapping", "--reason", "x"}) == exit_code::done);
}

TEST_CASE("a circuit is overridden for a participant, not for a question", "[sagactl][participant]") {
  fixture f;
  CHECK(type(f, {"participant", "force-closed", "payment", "--reason", "x"}) == exit_code::done);
  CHECK(f.office.rules[0].forced == operations::circuit_override::forced_closed);
  CHECK(type(f, {"participant", "force-closed", "refund-payment", "--reason", "x"}) == exit_code::usage);
}

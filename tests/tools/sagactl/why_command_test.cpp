#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

TEST_CASE("why: a held order, like many others", "[sagactl][why]") {
  fixture f;
  f.office.health.nodes = {living_node()};
  f.office.orders = {held_at_refund("o-1"), held_at_refund("o-2"), pausing_at_charge("q-1")};
  SECTION("to people") {
    CHECK(type(f, {"order", "why", "o-1"}) == exit_code::done);
    CHECK(f.printed("the order is held at refund-payment"));
    CHECK(f.printed("1 other order waits for the same"));
    CHECK(f.printed("sagactl order resume --group "));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "order", "why", "o-1"}) == exit_code::done);
    const auto told = f.printed_json();
    CHECK(told["order_id"] == "o-1");
    CHECK(told["state"] == "held");
    CHECK(told["others"] == 1);
    CHECK(told["command"].get<std::string>().starts_with("sagactl order resume --group " +
                                                         told["group"].get<std::string>()));
    CHECK(told["sentences"][0]["about"] == "state");
  }
  SECTION("on a narrow terminal nothing is cut off, and the command stays in one piece") {
    f.s.on = {.is_terminal = true, .width = 50};
    CHECK(type(f, {"order", "why", "o-1"}) == exit_code::done);
    CHECK_FALSE(f.printed("…"));
    std::istringstream lines{f.out.str()};
    for (std::string line; std::getline(lines, line);)
      CHECK((line.size() <= 50 || line.starts_with("  sagactl ")));
  }
}

TEST_CASE("why: an operator stopped its participant, or only its question", "[sagactl][why]") {
  fixture f;
  f.office.health.nodes = {living_node()};
  f.office.orders = {pausing_at_charge("q-1")};
  const auto held = [&](const std::string& on) {
    f.office.rules = {{.on = on, .who = "bob", .why = "the bank moves", .since = noon - 5min}};
  };
  SECTION("the participant") {
    held("payment");
    CHECK(type(f, {"order", "why", "q-1"}) == exit_code::done);
    CHECK(f.printed("an operator stopped all commands to payment 5 min ago: bob: the bank moves"));
    CHECK(f.printed("sagactl participant release payment --reason WHY"));
  }
  SECTION("the question") {
    held("charge-payment");
    CHECK(type(f, {"order", "why", "q-1"}) == exit_code::done);
    CHECK(f.printed("sagactl participant release charge-payment --reason WHY"));
  }
  SECTION("another question") {
    held("refund-payment");
    CHECK(type(f, {"order", "why", "q-1"}) == exit_code::done);
    CHECK_FALSE(f.printed("an operator stopped"));
  }
  SECTION("the circuit of the node that drives it is open") {
    f.office.health.nodes[0].circuits = {
        {"payment", {.state = operations::circuit::open, .since = noon - 1min, .why = "no answer", .probe_at = noon}}};
    CHECK(type(f, {"order", "why", "q-1"}) == exit_code::done);
    CHECK(f.printed("no commands leave for payment"));
  }
}

TEST_CASE("why: an order that never arrived, or was refused", "[sagactl][why]") {
  fixture f;
  SECTION("never") {
    CHECK(type(f, {"order", "why", "o-9"}) == exit_code::not_found);
    CHECK(f.printed("there is no order o-9"));
  }
  SECTION("refused") {
    f.office.letters = {
        {.number = 1, .letter = {.source = "saga.orders", .reason = "nonsense", .body = "{\"order_id\":\"o-99\"}"}},
        {.number = 2,
         .letter = {.source = "saga.orders",
                    .reason = "UNKNOWN_SKU: no such item",
                    .body = "{\"order_id\":\"o-9\"}",
                    .at = noon - 1h}}};
    CHECK(type(f, {"-o", "json", "order", "why", "o-9"}) == exit_code::not_found);
    const auto told = f.printed_json();
    CHECK(told["found"] == false);
    CHECK(told["sentences"][1]["text"] == "UNKNOWN_SKU: no such item (it came from saga.orders)");
  }
}

TEST_CASE("why: the beginning of an id is enough when it is clear", "[sagactl][why]") {
  fixture f;
  f.office.health.nodes = {living_node()};
  f.office.orders = {ended(accepted_order("o-12")), ended(accepted_order("o-13")), ended(accepted_order("o-1"))};
  CHECK(type(f, {"order", "why", "o-13"}) == exit_code::done);
  CHECK(type(f, {"order", "why", "o-1"}) == exit_code::done); // exactly this one
  CHECK(type(f, {"order", "why", "o-"}) == exit_code::usage);
  CHECK(f.complained("o-1, o-12, o-13"));
  CHECK(type(f, {"-o", "ids", "order", "why", "o-13"}) == exit_code::usage);
}

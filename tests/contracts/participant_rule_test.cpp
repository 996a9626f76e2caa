#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using operations::circuit_override;

participant_rule rule_on(const std::string& participant, circuit_override forced = circuit_override::forced_open) {
  return {.on = participant,
          .forced = forced,
          .who = "mia",
          .why = "it answers nonsense",
          .since = moment{milliseconds{77}}};
}

} // namespace

TEMPLATE_TEST_CASE("what an operator decides about a participant reaches every node with its next sign of life",
                   "[rules]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(must(s.node().beat({.at = s.now})).rules.empty());
  must(s.office().set_participant_rule(rule_on("payment")));
  must(s.office().set_participant_rule(rule_on("delivery", circuit_override::forced_closed)));
  const std::vector<participant_rule> both{rule_on("delivery", circuit_override::forced_closed), rule_on("payment")};
  CHECK(must(s.office().participant_rules()) == both);
  CHECK(must(s.node().beat({.at = s.now})).rules == both);
  CHECK(must(s.office().status(s.now)).rules == both);
  s.crash();
  s.reopen();
  CHECK(must(s.node().beat({.at = s.now})).rules == both);
  CHECK(must(s.node().beat({.at = s.now, .leaving = true})).rules.size() <= 2);
}

TEMPLATE_TEST_CASE("a rule replaces the one before it, and can be taken back once", "[rules]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  must(s.office().set_participant_rule(rule_on("payment")));
  must(s.office().set_participant_rule(rule_on("payment", circuit_override::forced_closed)));
  REQUIRE(must(s.office().participant_rules()).size() == 1);
  CHECK(must(s.office().participant_rules())[0].forced == circuit_override::forced_closed);
  CHECK(must(s.office().clear_participant_rule("payment", "joe", "it is back", s.now)));
  CHECK_FALSE(must(s.office().clear_participant_rule("payment", "joe", "it is back", s.now)));
  CHECK(must(s.node().beat({.at = s.now})).rules.empty());
}

TEMPLATE_TEST_CASE("an operator sees which circuits of a node are not closed", "[rules]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(must(s.office().status(s.now)).nodes.at(0).circuits.empty());
  const named_circuit open{.participant = "payment",
                           .now = {.state = operations::circuit::open,
                                   .since = s.now,
                                   .why = "10 in a row: \"TIMEOUT\" \xF0\x9F\x92\xA5",
                                   .probe_at = s.now + milliseconds{500}}};
  const named_circuit held{.participant = "delivery", .now = {.forced = circuit_override::forced_open}};
  must(s.node().beat({.at = s.now, .circuits = {open, held}}));
  const auto seen = must(s.office().status(s.now)).nodes.at(0).circuits;
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].participant == "payment");
  CHECK(seen[0].now.state == operations::circuit::open);
  CHECK(seen[0].now.since == s.now);
  CHECK(seen[0].now.why == open.now.why);
  CHECK(seen[0].now.probe_at == s.now + milliseconds{500});
  CHECK(seen[1].now.forced == circuit_override::forced_open);
  CHECK_FALSE(seen[1].now.since.has_value());
  must(s.node().beat({.at = s.now}));
  CHECK(must(s.office().status(s.now)).nodes.at(0).circuits.empty());
}

} // namespace sagad::tests

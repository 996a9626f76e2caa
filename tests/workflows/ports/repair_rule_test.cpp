#include <limits>

#include <catch2/catch.hpp>

#include "workflows/ports/circuit_codec.hpp"
#include "workflows/ports/repair_rules.hpp"
#include "workflows/ports/requeue.hpp"

namespace sagad::tests {

namespace {

repair_outcome outcome(const std::string& operation, const std::string& saga, repair_state state) {
  return {.operation = operation, .saga = saga_id{saga}, .state = state};
}

saga_update update(const std::string& id, std::uint64_t sequence) {
  saga_update u;
  u.after.id = saga_id{id};
  u.after.sequence = sequence;
  return u;
}

bool always(const saga_id&) { return true; }

} // namespace

TEST_CASE("an operation's id is read as it is written, and in no other way", "[repair-rules]") {
  for (const std::int64_t n : {std::int64_t{1}, std::int64_t{10}, std::numeric_limits<std::int64_t>::max()})
    CHECK(operation_number(operation_id(n)) == n);
  for (const std::string text : {"", "op", "op-", "op-0", "op--1", "op-+1", "op-01", "op-1x", "op-1 ", " op-1", "OP-1",
                                 "op-9223372036854775808", "7"}) {
    INFO(text);
    CHECK_FALSE(operation_number(text).has_value());
  }
}

TEST_CASE("the states and results of repairs keep their names", "[repair-rules]") {
  for (const char* name : {"planned", "released", "applied", "moved-on", "refused"})
    CHECK(to_string(repair_state_from(name).value()) == name);
  for (const char* name : {"pending", "well", "badly"})
    CHECK(to_string(repair_result_from(name).value()) == name);
  CHECK_FALSE(repair_state_from("ended").has_value());
  CHECK_FALSE(repair_result_from("").has_value());
}

TEST_CASE("a commit records only the outcomes that may take effect, the first of each repair", "[repair-rules]") {
  batch work;
  work.updates = {update("a", 7), update("b", 8)};
  work.repair_outcomes = {outcome("op-1", "a", repair_state::applied),  outcome("op-1", "a", repair_state::refused),
                          outcome("op-2", "a", repair_state::moved_on), outcome("op-1", "b", repair_state::applied),
                          outcome("op-1", "c", repair_state::applied),  outcome("op-1", "d", repair_state::refused),
                          outcome("op-1", "e", repair_state::released), outcome("op-1", "f", repair_state::planned),
                          outcome("op-x", "a", repair_state::refused)};
  const auto recorded = outcomes_to_record(work, [](const saga_id& id) { return id.value != "b"; });
  REQUIRE(recorded.size() == 3);
  CHECK(recorded[0].state == repair_state::applied);
  CHECK(recorded[0].sequence == 7);
  CHECK(recorded[1].operation == 2);
  CHECK(recorded[1].state == repair_state::moved_on);
  CHECK(recorded[2].saga.value == "d");
  CHECK(outcomes_to_record({}, always).empty());
}

TEST_CASE("a repair is handed out again when its holder is gone, or had its time", "[repair-rules]") {
  const moment now{milliseconds{1'000'000}};
  const handing last{.to = 1, .at = now};
  CHECK(may_be_handed_out({}, false, now));
  CHECK_FALSE(may_be_handed_out(last, false, now));
  CHECK(may_be_handed_out(last, true, now));
  CHECK_FALSE(may_be_handed_out(last, false, now + repair_handed_out_for - milliseconds{1}));
  CHECK(may_be_handed_out(last, false, now + repair_handed_out_for));
}

TEST_CASE("a set has each saga once, where it stood first", "[repair-rules]") {
  const std::vector<repair_target> set = frozen_set({{.order = order_id{"a"}, .saga = saga_id{"a"}, .sequence = 1},
                                                     {.order = order_id{"b"}, .saga = saga_id{"b"}, .sequence = 2},
                                                     {.order = order_id{"a"}, .saga = saga_id{"a"}, .sequence = 3}});
  REQUIRE(set.size() == 2);
  CHECK(set[0].sequence == 1);
  CHECK(set[1].saga.value == "b");
}

TEST_CASE("an id's prefix is a range of ids, and no pattern", "[repair-rules]") {
  const auto range = ids_beginning("o-1").value();
  CHECK(range.first == "o-1");
  CHECK(range.last == "o-2");
  CHECK(ids_beginning("z")->last == "{");
  CHECK(ids_beginning("")->first.empty());
  for (const std::string prefix : {"%", "o ", "\xC3\xA9", "'"})
    CHECK_FALSE(ids_beginning(prefix).has_value());
  CHECK_FALSE(ids_beginning(std::string(129, 'x')).has_value());
}

TEST_CASE("a node's circuits come out of the store as they went in; what means nothing is left out", "[repair-rules]") {
  const named_circuit c{.participant = "a \"b\"",
                        .now = {.state = operations::circuit::probing,
                                .forced = operations::circuit_override::forced_closed,
                                .since = moment{milliseconds{5}},
                                .why = "w",
                                .probe_at = moment{milliseconds{6}}}};
  const auto back = circuits_in(circuits_text({c}));
  REQUIRE(back.size() == 1);
  CHECK(back[0].participant == c.participant);
  CHECK(back[0].now.state == c.now.state);
  CHECK(back[0].now.forced == c.now.forced);
  CHECK(back[0].now.since == c.now.since);
  CHECK(back[0].now.why == c.now.why);
  CHECK(back[0].now.probe_at == c.now.probe_at);
  CHECK(circuits_in(circuits_text({})).empty());
  for (const std::string text : {"", "{}", "[1]", "[{}]", R"([{"state":"ajar","forced":"none"}])", "[", "null"})
    CHECK(circuits_in(text).empty());
}

} // namespace sagad::tests

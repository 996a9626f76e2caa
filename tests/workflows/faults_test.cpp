#include <array>

#include <catch2/catch.hpp>

#include "workflows/faults.hpp"

namespace sagad::tests {

namespace {

fault on(std::string step, fault_kind kind, int times = 0) {
  fault f;
  f.step = std::move(step);
  f.kind = kind;
  f.times = times;
  return f;
}

} // namespace

TEST_CASE("each kind of fault has the name that submissions give it", "[faults]") {
  using enum fault_kind;
  const std::array<std::pair<fault_kind, std::string_view>, 7> names{{{kill, "kill"},
                                                                      {kill_after, "kill-after"},
                                                                      {stall, "stall"},
                                                                      {refuse, "refuse"},
                                                                      {lose_reply, "lose-reply"},
                                                                      {duplicate_reply, "duplicate-reply"},
                                                                      {late_reply, "late-reply"}}};
  for (const auto& [kind, name] : names) {
    CHECK(to_string(kind) == name);
    CHECK(fault_kind_from(name) == kind);
  }
  CHECK_FALSE(fault_kind_from("explode"));
  CHECK_FALSE(fault_kind_from("KILL"));
  CHECK_FALSE(fault_kind_from(""));
}

TEST_CASE("a fault hits its own step only, and an undo by its own name", "[faults]") {
  const std::array faults{on("refund-payment", fault_kind::kill)};
  CHECK(fault_that_hits(faults, "refund-payment", 1));
  CHECK_FALSE(fault_that_hits(faults, "charge-payment", 1));
  CHECK_FALSE(fault_that_hits({}, "refund-payment", 1));
}

TEST_CASE("a fault hits the first attempts, or all of them", "[faults]") {
  const std::array twice{on("charge-payment", fault_kind::stall, 2)};
  CHECK(fault_that_hits(twice, "charge-payment", 1));
  CHECK(fault_that_hits(twice, "charge-payment", 2));
  CHECK_FALSE(fault_that_hits(twice, "charge-payment", 3));
  const std::array always{on("charge-payment", fault_kind::stall)};
  CHECK(fault_that_hits(always, "charge-payment", 1'000'000));
}

TEST_CASE("with both kill and stall on one step, kill wins, wherever it stands", "[faults]") {
  const std::array kill_last{on("charge-payment", fault_kind::stall), on("charge-payment", fault_kind::kill)};
  CHECK(fault_that_hits(kill_last, "charge-payment", 1)->kind == fault_kind::kill);
  const std::array kill_first{on("charge-payment", fault_kind::kill), on("charge-payment", fault_kind::stall)};
  CHECK(fault_that_hits(kill_first, "charge-payment", 1)->kind == fault_kind::kill);
}

TEST_CASE("among the others the first one written wins, while it lasts", "[faults]") {
  const std::array faults{on("charge-payment", fault_kind::lose_reply, 1),
                          on("charge-payment", fault_kind::duplicate_reply)};
  CHECK(fault_that_hits(faults, "charge-payment", 1)->kind == fault_kind::lose_reply);
  CHECK(fault_that_hits(faults, "charge-payment", 2)->kind == fault_kind::duplicate_reply);
  const std::array dying_once{on("charge-payment", fault_kind::stall), on("charge-payment", fault_kind::kill, 1)};
  CHECK(fault_that_hits(dying_once, "charge-payment", 2)->kind == fault_kind::stall);
}

} // namespace sagad::tests

#include <array>

#include <catch2/catch.hpp>

#include "workflows/ports/ledger.hpp"

namespace sagad::tests {

TEST_CASE("what a participant does with a command depends on what it remembers, and on nothing else", "[ledger]") {
  using enum recorded;
  using enum inbox_rule;
  struct row {
    recorded known;
    inbox_rule perform, undo, undo_of_final, probe;
  };
  const std::array<row, 4> table{{
      {nothing, apply, block, block, not_found},
      {succeeded, repeat_answer, reverse, stand, repeat_answer},
      {refused, repeat_answer, nothing_to_undo, nothing_to_undo, repeat_answer},
      {undone, refuse_blocked, nothing_to_undo, nothing_to_undo, refuse_blocked},
  }};
  for (const row& r : table) {
    INFO("remembered: " << to_string(r.known));
    for (const bool final : {false, true}) {
      CHECK(rule_for(action::perform, r.known, final) == r.perform);
      CHECK(rule_for(action::undo, r.known, final) == (final ? r.undo_of_final : r.undo));
      CHECK(rule_for(action::probe, r.known, final) == r.probe);
    }
  }
}

TEST_CASE("only a final mark cannot be undone once it happened", "[ledger]") {
  CHECK(is_final(mark{.final = true}));
  CHECK_FALSE(is_final(mark{}));
  CHECK_FALSE(is_final(charge{}));
  CHECK_FALSE(is_final(reservation{}));
  CHECK_FALSE(is_final(shipment{}));
  CHECK_FALSE(is_final(injected_refusal{}));
}

TEST_CASE("what a participant remembers has a name to be stored under, but for nothing", "[ledger]") {
  for (const recorded r : {recorded::succeeded, recorded::refused, recorded::undone})
    CHECK(recorded_from(to_string(r)) == r);
  CHECK_FALSE(recorded_from("nothing"));
  CHECK_FALSE(recorded_from("Succeeded"));
}

} // namespace sagad::tests

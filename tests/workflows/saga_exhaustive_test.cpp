#include <array>
#include <cstdlib>
#include <iostream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/workflows/saga_explorer.hpp"
#include "tests/workflows/short_definitions.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/returns/return_saga.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::tests {

namespace {

/// The definition with so many attempts for every step and undo: few enough for the tree to stay finite.
saga_catalog with_attempts(const definition& def, int attempts) {
  settings_by_step settings;
  for (const saga_step& step : def.steps)
    for (const std::string_view name : {step.name, step.undo.name})
      settings[std::string{name}].attempts = attempts;
  saga_catalog tuned;
  REQUIRE(tuned.add(def, settings));
  return tuned;
}

subject checkout_with(const saga_catalog& tuned) {
  return {.def = *tuned.find("checkout", 1),
          .input = {{"customer_id", "alice"}, {"lines", json::array()}, {"total", 2'500}}};
}

subject return_with(const saga_catalog& tuned) {
  return {.def = *tuned.find("return", 1),
          .input = {{"order_id", "o-1"}, {"customer_id", "alice"}, {"lines", json::array()}},
          .results = {{"collect-parcel", {{"parcel_id", "p-1"}}},
                      {"inspect-goods", {{"refund", 2'500}, {"resellable", json::array()}}}}};
}

/// One level more takes about a hundred times as long: SAGAD_MORE_ODDITIES=1 is for a quiet night. Sanitizers
/// make all of it ten times slower; what they look for shows at one level less.
int odd(int oddities) {
#ifdef __SANITIZE_ADDRESS__
  --oddities;
#endif
  const char* more = std::getenv("SAGAD_MORE_ODDITIES");
  return oddities + (more == nullptr ? 0 : std::atoi(more));
}

std::string with_commas(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

void tell(std::string_view what, const tally& t) {
  std::cout << "note: " << what << ": " << with_commas(t.sequences()) << " sequences (" << with_commas(t.completed)
            << " completed, " << with_commas(t.rolled_back) << " rolled back, " << with_commas(t.held) << " held)\n";
}

} // namespace

TEST_CASE(
    "whatever happens to a checkout, it ends well: every answer, loss, delay, crash, and whatever people want of it",
    "[exhaustive]") {
  const saga_catalog impatient = with_attempts(checkout::checkout_saga, 1);
  const saga_catalog patient = with_attempts(checkout::checkout_saga, 2);
  tally tried = explore(checkout_with(impatient), odd(2));
  tried += explore(checkout_with(patient), odd(3));
  tell("checkout", tried);
  CHECK(tried.completed > 0);
  CHECK(tried.rolled_back > 0);
  CHECK(tried.held > 0);
}

TEST_CASE("whatever happens to a return, it ends well", "[exhaustive]") {
  const saga_catalog impatient = with_attempts(returns::return_saga, 1);
  const saga_catalog patient = with_attempts(returns::return_saga, 2);
  tally tried = explore(return_with(impatient), odd(2));
  tried += explore(return_with(patient), odd(2));
  tell("return", tried);
  CHECK(tried.completed > 0);
  CHECK(tried.rolled_back > 0);
  CHECK(tried.held > 0);
}

TEST_CASE("whatever happens to a saga of one to three steps, it ends well", "[exhaustive]") {
  tally tried;
  for (const definition* def : {&only_compensable, &only_pivot, &only_final_pivot}) {
    INFO(def->name);
    const tally one = explore({.def = *def}, odd(3));
    CHECK(one.completed > 0);
    CHECK(one.rolled_back > 0);
    CHECK(one.held == 0);
    tried += one;
  }
  for (const definition* def : {&two_compensable, &around_pivot, &around_final_pivot}) {
    INFO(def->name);
    const tally one = explore({.def = *def}, odd(3));
    CHECK(one.completed > 0);
    CHECK(one.rolled_back > 0);
    tried += one;
  }
  tell("short sagas", tried);
}

TEST_CASE("in a world where nothing odd happens there is one sequence, and it completes", "[exhaustive]") {
  const saga_catalog tuned = with_attempts(checkout::checkout_saga, 1);
  const tally kind = explore(checkout_with(tuned), 0);
  CHECK(kind.completed == 1);
  CHECK(kind.sequences() == 1);
}

} // namespace sagad::tests

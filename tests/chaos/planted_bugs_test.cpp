#include "tests/chaos/planted_bugs.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/chaos/planted_store_bugs.hpp"
#include "tools/sagachaos/certificate.hpp"
#include "tools/sagachaos/exhaust.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

std::string needed(const chaos::schedule& s) {
  std::string text;
  for (const chaos::planned_fault& f : s.faults)
    text += (text.empty() ? "" : ", ") + to_string(f);
  return text.empty() ? "its scenario alone" : text;
}

/// The table of tools/sagachaos/README.md, one line of it.
void print_row(const planted_bug& bug, const chaos::exhaust_result& r) {
  std::cout << "note: planted: " << bug.name << " | " << name_of(bug.breaks) << " | " << r.found->what.scenario << " | "
            << needed(r.found->what) << " | " << r.runs << " runs | " << std::fixed << std::setprecision(1)
            << r.took.count() << " s\n";
}

bool names(const std::vector<chaos::broken_promise>& broken, chaos::promise wanted) {
  return std::any_of(broken.begin(), broken.end(), [=](const auto& b) { return b.what == wanted; });
}

} // namespace

TEST_CASE("each safety that is taken away is missed, and the promise that it kept is named", "[planted]") {
  for (const planted_bug& bug : all_planted_bugs()) {
    INFO(bug.name);
    chaos::subject checkout = chaos::checkout_subject();
    checkout.between = bug.plant;
    const auto result = chaos::exhaust(checkout, {.jobs = 2});
    REQUIRE(result.found);
    print_row(bug, result);
    CHECK(names(result.found->broken, bug.breaks));
    CHECK(to_text(result).starts_with("A PROMISE IS BROKEN"));
    // What is written down for a replay breaks the same promises.
    const auto read = chaos::schedule_from(to_text(result.found->what));
    REQUIRE(read == result.found->what);
    CHECK(chaos::replay(checkout, *read).broken == result.found->broken);
  }
}

TEST_CASE("what only two faults together bring to light is found by pairs, and neither can be left out", "[planted]") {
  chaos::subject checkout = chaos::checkout_subject();
  checkout.between = no_sweep_after_two_restarts;
  chaos::exhaust_options options{.only = {"together:succeeds"}, .jobs = 2};
  CHECK_FALSE(chaos::exhaust(checkout, options).found);
  options.pairs = true;
  const auto result = chaos::exhaust(checkout, options);
  REQUIRE(result.found);
  CHECK(result.found->what.faults.size() == 2);
  CHECK(names(result.found->broken, chaos::promise::every_order_ends));
}

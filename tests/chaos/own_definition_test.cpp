#include <atomic>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tools/examples/booking_saga.hpp"

using namespace sagad;

TEST_CASE("a definition of one's own gets a certificate from the program in the example", "[exhaust]") {
  std::ostringstream out;
  CHECK(booking::exhaust_trip(out) == 0);
  CHECK(out.str().starts_with("CERTIFICATE"));
  CHECK(out.str().find("trip v1") != std::string::npos);
}

TEST_CASE("a definition that makes no sense is not put to the test", "[exhaust]") {
  chaos::subject nothing;
  CHECK_THROWS_AS(chaos::exhaust(nothing, {}), std::invalid_argument);

  chaos::subject mine = booking::trip_subject();
  CHECK_THROWS_WITH(chaos::exhaust(mine, {.only = {"apart:rains"}}), "the definition trip has no scenario apart:rains");
}

TEST_CASE("a payload function that throws is found: its orders stay held for a person", "[exhaust]") {
  chaos::subject mine = booking::trip_subject();
  mine.participants.clear(); // nobody tells the seat that issue-ticket needs
  const auto result = chaos::exhaust(mine, {.only = {"apart:succeeds"}});
  REQUIRE(result.found);
  CHECK(result.found->what.faults.empty());
  CHECK(result.found->broken.front().what == chaos::promise::outcome_is_allowed);
}

TEST_CASE("what a participant throws comes out of exhaust, whichever thread made the run", "[exhaust]") {
  const auto asked = std::make_shared<std::atomic<int>>(0);
  chaos::subject mine = booking::trip_subject();
  mine.participants["mail"] = [asked](const command&) -> ledger_answer {
    if (++*asked > 20)
      throw std::runtime_error{"the mail is on fire"};
    return done();
  };
  CHECK_THROWS_WITH(chaos::exhaust(mine, {.only = {"apart:succeeds"}, .jobs = 2}), "the mail is on fire");
}

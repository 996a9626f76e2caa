#include "workflows/duration.hpp"

#include <catch2/catch.hpp>

using namespace sagad;
using namespace std::chrono_literals;

TEST_CASE("a duration is a whole number and a unit", "[duration]") {
  CHECK(parse_duration("0ms") == 0ms);
  CHECK(parse_duration("1500ms") == 1500ms);
  CHECK(parse_duration("2s") == 2s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("24h") == 24h);
  CHECK(parse_duration("7d") == 168h);
}

TEST_CASE("what only resembles a duration is refused", "[duration]") {
  const auto text = GENERATE(as<std::string>{}, "", "5", "m", "-5m", "-0s", "+5m", "5 m", "5m ", " 5m", "1.5s", "5min",
                             "5M", "1e3s", "0x10s", "99999999999999999999s", "9223372036854775807d", "100000d");
  CHECK_FALSE(parse_duration(text));
}

#include "workflows/moment.hpp"

#include <limits>

#include <catch2/catch.hpp>

namespace sagad::tests {

TEST_CASE("a moment is written to the millisecond and read back", "[moment]") {
  for (const std::int64_t ms : {0LL, 1LL, 951'782'399'999LL, 1'795'153'680'120LL, -1LL, 253'402'300'799'999LL}) {
    const moment at{milliseconds{ms}};
    INFO(to_rfc3339(at));
    CHECK(moment_from_rfc3339(to_rfc3339(at)) == at);
  }
  CHECK(to_rfc3339(moment{milliseconds{1'795'153'680'120}}) == "2026-11-20T05:48:00.120Z");
}

TEST_CASE("a time of another form, or of no day, is none", "[moment]") {
  CHECK(moment_from_rfc3339("2024-02-29T23:59:59.999Z").has_value());
  for (const auto* text :
       {"", "2026-11-20T05:48:00.120", "2026-11-20T05:48:00Z", "2026-11-20 05:48:00.120Z", "2026-11-20T05:48:00.120z",
        "2026-11-20T05:48:00.12aZ", "2026-11-20T05:48:00.120+", "2026-02-29T00:00:00.000Z", "2026-00-10T00:00:00.000Z",
        "2026-13-10T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z",
        "2026-01-01T00:00:60.000Z", "-026-01-01T00:00:00.000Z"})
    CHECK_FALSE(moment_from_rfc3339(text).has_value());
}

TEST_CASE("a number is a moment while its year has four digits", "[moment]") {
  constexpr std::int64_t first = -62'167'219'200'000;
  constexpr std::int64_t last = 253'402'300'799'999;
  for (const std::int64_t ms : {first, std::int64_t{0}, last}) {
    const auto at = moment_from_count(ms);
    REQUIRE(at.has_value());
    CHECK(moment_from_rfc3339(to_rfc3339(*at)) == at);
  }
  for (const std::int64_t ms :
       {std::numeric_limits<std::int64_t>::min(), first - 1, last + 1, std::numeric_limits<std::int64_t>::max()})
    CHECK_FALSE(moment_from_count(ms).has_value());
}

} // namespace sagad::tests

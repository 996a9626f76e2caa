#include <chrono>

#include <catch2/catch.hpp>

#include "workflows/retry_policy.hpp"

namespace sagad::tests {

using namespace std::chrono_literals;

namespace {
constexpr retry_policy doubling{
    .attempts_max = 10, .backoff_initial = 100ms, .factor = 2.0, .backoff_max = 1'000ms, .jitter = 0.5};
constexpr moment noon{std::chrono::hours{12}};
} // namespace

TEST_CASE("pauses grow by the factor up to the cap", "[retry]") {
  CHECK(backoff_after(doubling, 1, 0.0) == 100ms);
  CHECK(backoff_after(doubling, 2, 0.0) == 200ms);
  CHECK(backoff_after(doubling, 4, 0.0) == 800ms);
  CHECK(backoff_after(doubling, 5, 0.0) == 1'000ms);
  CHECK(backoff_after(doubling, attempts_unlimited, 0.0) == 1'000ms);
}

TEST_CASE("chance takes away at most the jitter's share of a pause", "[retry]") {
  CHECK(backoff_after(doubling, 1, 0.5) == 75ms);
  CHECK(backoff_after(doubling, 1, 0.999) >= 50ms);
  CHECK(backoff_after(doubling, 5, 0.5) == 750ms); // the cap is jittered too, or all would meet there
  retry_policy all = doubling;
  all.jitter = 1.0;
  CHECK(backoff_after(all, 5, 0.999) >= 0ms);
  retry_policy none = doubling;
  none.jitter = 0.0;
  CHECK(backoff_after(none, 3, 0.999) == 400ms);
}

TEST_CASE("an attempt number from before the first one makes the first pause", "[retry]") {
  CHECK(backoff_after(doubling, 0, 0.0) == 100ms);
  CHECK(backoff_after(doubling, -3, 0.0) == 100ms);
}

TEST_CASE("a policy without a first pause makes none", "[retry]") {
  retry_policy eager = doubling;
  eager.backoff_initial = 0ms;
  CHECK(backoff_after(eager, 7, 0.0) == 0ms);
}

TEST_CASE("attempts end at the maximum", "[retry]") {
  CHECK(may_retry(up_to(3), 2, noon, noon));
  CHECK_FALSE(may_retry(up_to(3), 3, noon, noon));
  CHECK_FALSE(may_retry(up_to(1), 1, noon, noon));
  CHECK(may_retry(up_to(1), 0, noon, noon));
}

TEST_CASE("attempts end at the total timeout, if there is one", "[retry]") {
  retry_policy bounded = doubling;
  bounded.total_timeout = 10s;
  CHECK(may_retry(bounded, 1, noon, noon + 9'999ms));
  CHECK_FALSE(may_retry(bounded, 1, noon, noon + 10s));
  CHECK(may_retry(doubling, 1, noon, noon + 24h * 365));
}

TEST_CASE("what must succeed is tried for a day", "[retry]") {
  CHECK(may_retry(until_done, 1'000'000, noon, noon + 24h - 1ms));
  CHECK_FALSE(may_retry(until_done, 1, noon, noon + 24h));
}

TEST_CASE("the pause for somebody who is away is half of the time waited, from 100 ms to 5 s", "[retry]") {
  CHECK(pause_while_away(0ms, 0.0) == 100ms);
  CHECK(pause_while_away(3s, 0.0) == 1'500ms);
  CHECK(pause_while_away(3s, 1.0) == 1'125ms);
  CHECK(pause_while_away(1h, 0.0) == 5s);
  CHECK(pause_while_away(-1h, 0.0) == 100ms); // a clock was set back
}

} // namespace sagad::tests

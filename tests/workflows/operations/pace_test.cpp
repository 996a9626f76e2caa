#include "workflows/operations/pace.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace sagad::tests {

using namespace operations;
using namespace std::chrono_literals;

namespace {

constexpr moment noon{std::chrono::days{20'000}};

void all_end_well(pace& p) {
  while (p.counts().ended() < p.counts().released)
    p.ended(true);
}

} // namespace

TEST_CASE("a canary goes first, and what follows doubles each time all of it has ended well", "[pace]") {
  pace p{{.canary = 1}, {.total = 20}, noon};
  for (const std::size_t step : {1U, 2U, 4U, 8U, 5U}) {
    CHECK(p.phase() == (step == 1 ? pace_phase::canary : pace_phase::ramp));
    CHECK(p.release(noon).count == step);
    CHECK(p.release(noon).count == 0);
    CHECK_FALSE(p.release(noon).again_at); // only a result changes anything
    all_end_well(p);
  }
  CHECK(p.phase() == pace_phase::done);
}

TEST_CASE("one canary that fails stops everything", "[pace]") {
  pace p{{.canary = 2}, {.total = 20}, noon};
  CHECK(p.release(noon).count == 2);
  p.ended(true);
  p.ended(false);
  CHECK(p.phase() == pace_phase::aborted);
  CHECK(p.aborted_because() == "a canary failed");
  CHECK(p.release(noon + 1h).count == 0);
}

TEST_CASE("no more begin in any second than the rate says, however long it waited before", "[pace]") {
  pace p{{.per_second = 10}, {.total = 25}, noon};
  CHECK(p.release(noon).count == 10);
  const pace_release none = p.release(noon + 999ms);
  CHECK(none.count == 0);
  CHECK(none.again_at == noon + 1s);
  CHECK(p.release(noon + 1h).count == 10);
  CHECK(p.release(noon + 1h).count == 0);
  CHECK(p.release(noon + 1h + 1s).count == 5);
}

TEST_CASE("it stops when too many fail, and stays so", "[pace]") {
  pace p{{.abort_if = abort_rule{.failed_max = 50, .percent = true}}, {.total = 100}, noon};
  CHECK(p.release(noon).count == 100);
  p.ended(true);
  p.ended(false); // half of them is not more than half
  CHECK(p.phase() == pace_phase::free);
  p.ended(false);
  CHECK(p.phase() == pace_phase::aborted);
  CHECK(p.aborted_because() == "failed>50%: 2 of 3 failed");
  for (int i = 0; i < 50; ++i)
    p.ended(true);
  CHECK(p.phase() == pace_phase::aborted);
}

TEST_CASE("another process goes on where the first one died, no faster", "[pace]") {
  const pace_settings careful{.per_second = 5, .canary = 1};
  pace p{careful, {.total = 20, .released = 3, .succeeded = 3}, noon};
  CHECK(p.release(noon).count == 0);
  CHECK(p.release(noon + 999ms).count == 0);
  CHECK(p.release(noon + 1s).count == 4);
  pace gone_wrong{careful, {.total = 20, .released = 1, .failed = 1}, noon};
  CHECK(gone_wrong.phase() == pace_phase::aborted);
}

TEST_CASE("an operator stops it, and the first reason counts", "[pace]") {
  pace p{{}, {.total = 3}, noon};
  p.abort("alice: wrong group");
  p.abort("bob: me too");
  CHECK(p.aborted_because() == "alice: wrong group");
  CHECK(p.release(noon).count == 0);
}

TEST_CASE("nothing to do is done", "[pace]") {
  pace p{{.per_second = 1, .canary = 5}, {}, noon};
  CHECK(p.phase() == pace_phase::done);
  CHECK(p.release(noon).count == 0);
}

TEST_CASE("whatever ends however and whenever: never more than the rate, than the canary, or after the abort",
          "[pace][random]") {
  const char* given = std::getenv("SAGAD_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  INFO("replay it with SAGAD_SEED=" << seed);
  std::mt19937_64 random{seed};
  const auto between = [&](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>{low, high}(random);
  };
  for (int run = 0; run < 500; ++run) {
    const std::size_t rate = between(1, 20);
    const pace_settings settings{.per_second = rate,
                                 .canary = between(0, 3),
                                 .abort_if = abort_rule{.failed_max = between(0, 30), .percent = between(0, 1) == 1}};
    const std::size_t failures_per_hundred = between(0, 1) * between(0, 40);
    pace p{settings, {.total = between(0, 300)}, noon};
    moment now = noon;
    std::vector<moment> begun;
    bool aborted = false;
    int idle = 0;
    while (p.phase() != pace_phase::done && idle < 100) {
      now += milliseconds{between(0, 600)};
      const std::size_t count = p.release(now).count;
      REQUIRE((count == 0 || !aborted));
      begun.insert(begun.end(), count, now);
      const auto in_last_second = std::count_if(begun.begin(), begun.end(), [&](moment at) { return at > now - 1s; });
      REQUIRE(static_cast<std::size_t>(in_last_second) <= rate);
      const bool canary_ended_well = p.counts().succeeded >= settings.canary;
      REQUIRE((begun.size() <= settings.canary || settings.canary == 0 || canary_ended_well));
      const std::size_t under_way = p.counts().released - p.counts().ended();
      for (std::size_t ending = between(0, under_way); ending > 0; --ending)
        p.ended(between(1, 100) > failures_per_hundred);
      aborted = aborted || p.phase() == pace_phase::aborted;
      REQUIRE((p.phase() == pace_phase::aborted) == aborted);
      idle = aborted && under_way == 0 ? idle + 1 : 0;
    }
    REQUIRE((aborted || p.counts().succeeded + p.counts().failed == p.counts().total));
  }
}

// --- when to abort -------------------------------------------------------------------------------------------

TEST_CASE("when to abort is read in two forms, and written as it is read", "[pace][abort-rule]") {
  CHECK(parse_abort_rule("failed>5%").value() == abort_rule{.failed_max = 5, .percent = true});
  CHECK(parse_abort_rule("failed > 3").value() == abort_rule{.failed_max = 3, .percent = false});
  CHECK(to_string(parse_abort_rule("failed>0").value()) == "failed>0");
  CHECK(to_string(parse_abort_rule("failed>100%").value()) == "failed>100%");
}

TEST_CASE("what is no such rule is told with its place", "[pace][abort-rule]") {
  const auto place_of = [](std::string_view text) {
    const auto read = parse_abort_rule(text);
    INFO(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().message.find("failed>5% or failed>3") != std::string::npos);
    return read.error().position;
  };
  CHECK(place_of("") == 0);
  CHECK(place_of("errors>5%") == 0);
  CHECK(place_of("failed<5") == 6);
  CHECK(place_of("failed>") == 7);
  CHECK(place_of("failed>-1") == 7);
  CHECK(place_of("failed>5.5%") == 8);
  CHECK(place_of("failed>5%%") == 9);
  CHECK(place_of("failed>5 %") == 8);
  CHECK(place_of("failed>101%") == 7);
  CHECK(place_of("failed>99999999999999999999") == 7);
}

} // namespace sagad::tests

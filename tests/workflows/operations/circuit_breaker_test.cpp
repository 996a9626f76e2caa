#include "workflows/operations/circuit_breaker.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace sagad::tests {

using namespace operations;
using namespace std::chrono_literals;

namespace {

constexpr moment noon{std::chrono::days{20'000}};
constexpr circuit_settings three{.silences_max = 3, .probe_after_initial = 1s, .probe_after_max = 8s};

command_outcome silence(moment sent, moment at) { return {.sent_at = sent, .at = at, .code = "TIMEOUT"}; }
command_outcome answer(moment at) { return {.sent_at = at, .at = at, .answered = true}; }

circuit_breaker opened_at(moment at) {
  circuit_breaker b{three};
  for (int i = 0; i < 3; ++i)
    b.heard(silence(at - 3s, at));
  return b;
}

} // namespace

TEST_CASE("a participant that does not answer is left alone after so many commands in a row", "[circuit]") {
  circuit_breaker b{three};
  b.heard(silence(noon, noon));
  b.heard(silence(noon, noon));
  b.heard(answer(noon)); // it answers somebody: it is not down
  b.heard(silence(noon, noon));
  b.heard(silence(noon, noon));
  CHECK_FALSE(b.stops(noon));
  b.heard(silence(noon, noon));
  CHECK(b.stops(noon) == codes::circuit_open);
  CHECK(b.view().state == circuit::open);
  CHECK(b.view().since == noon);
  CHECK(b.view().why == "3 commands in a row got no certain answer, the last one TIMEOUT");
  CHECK(b.view().probe_at == noon + 1s);
}

TEST_CASE("one order finds out whether it is back, at growing intervals, and closes the circuit", "[circuit]") {
  circuit_breaker b = opened_at(noon);
  moment at = noon;
  for (const auto pause : {1s, 2s, 4s, 8s, 8s}) {
    CHECK(b.stops(at + pause - 1ms) == codes::circuit_open);
    at += pause;
    CHECK_FALSE(b.stops(at));
    CHECK(b.stops(at) == codes::circuit_open); // the others wait for it
    CHECK(b.view().state == circuit::probing);
    b.heard(silence(at, at));
  }
  at += 8s;
  CHECK_FALSE(b.stops(at));
  b.heard(answer(at));
  CHECK_FALSE(b.stops(at));
  CHECK(b.view().state == circuit::closed);
  CHECK(b.view().since == at);
  CHECK(b.view().why == "it answers");
}

TEST_CASE("commands that left before the probe neither lengthen the pause nor count as it", "[circuit]") {
  circuit_breaker b = opened_at(noon);
  b.heard(silence(noon - 1s, noon + 500ms));
  CHECK_FALSE(b.stops(noon + 1s));
  b.heard(silence(noon - 1s, noon + 1'100ms));
  CHECK(b.view().state == circuit::probing);
  b.heard(silence(noon + 1s, noon + 4s));
  CHECK(b.view().probe_at == noon + 6s);
}

TEST_CASE("a probe of which nothing is heard is followed by another", "[circuit]") {
  circuit_breaker b = opened_at(noon);
  CHECK_FALSE(b.stops(noon + 1s));
  CHECK(b.stops(noon + 8s));
  CHECK_FALSE(b.stops(noon + 9s));
}

TEST_CASE("an operator stops a participant, or insists on it, and gives the decision back", "[circuit]") {
  circuit_breaker b = opened_at(noon);
  b.force(circuit_override::forced_closed, noon + 1s, "alice: it is up");
  for (int i = 0; i < 10; ++i)
    b.heard(silence(noon, noon + 2s));
  CHECK_FALSE(b.stops(noon + 2s));
  b.force(circuit_override::forced_open, noon + 3s, "alice: stop calling payment");
  b.heard(answer(noon + 4s));
  CHECK(b.stops(noon + 1h) == codes::participant_held);
  CHECK(b.view().since == noon + 3s);
  CHECK(b.view().why == "alice: stop calling payment");
  CHECK_FALSE(b.view().probe_at);
  b.force(circuit_override::none, noon + 2h, "");
  CHECK_FALSE(b.stops(noon + 2h));
}

TEST_CASE("a refusal is an answer; a failure is none; what reached nobody says nothing", "[circuit]") {
  CHECK(is_answer(reply_outcome::succeeded) == true);
  CHECK(is_answer(reply_outcome::refused) == true);
  CHECK(is_answer(reply_outcome::not_found) == true);
  CHECK(is_answer(reply_outcome::failed) == false);
  CHECK_FALSE(is_answer(reply_outcome::undelivered));
}

TEST_CASE("the names of an operator's decision are kept", "[circuit]") {
  for (const char* name : {"none", "forced-open", "forced-closed"})
    CHECK(to_string(circuit_override_from(name).value()) == name);
  CHECK_FALSE(circuit_override_from("open"));
}

TEST_CASE("whatever a participant does, an open circuit lets one command through at a time, and an answer closes it",
          "[circuit][random]") {
  const char* given = std::getenv("SAGAD_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  INFO("replay it with SAGAD_SEED=" << seed);
  std::mt19937_64 random{seed};
  const auto between = [&](int low, int high) { return std::uniform_int_distribution{low, high}(random); };
  circuit_breaker b{three};
  moment now = noon;
  std::vector<moment> under_way;
  moment last_probe{};
  for (int i = 0; i < 20'000; ++i) {
    now += milliseconds{between(0, 400)};
    const bool was_closed = b.view().state == circuit::closed;
    if (between(0, 2) > 0 && !b.stops(now)) {
      under_way.push_back(now);
      if (!was_closed) {
        REQUIRE(now - last_probe >= three.probe_after_initial);
        last_probe = now;
      }
    } else if (!under_way.empty()) {
      const auto at = static_cast<std::size_t>(between(0, static_cast<int>(under_way.size()) - 1));
      const bool answered = between(0, 9) == 0;
      b.heard({.sent_at = under_way[at], .at = now, .answered = answered, .code = "TIMEOUT"});
      under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(at));
      REQUIRE((!answered || b.view().state == circuit::closed));
      if (b.view().state == circuit::closed)
        last_probe = {};
    }
    REQUIRE((b.view().state == circuit::closed) == !b.view().probe_at.has_value());
    if (b.view().probe_at)
      REQUIRE(*b.view().probe_at <= now + three.probe_after_max); // nobody waits for ever
  }
}

} // namespace sagad::tests

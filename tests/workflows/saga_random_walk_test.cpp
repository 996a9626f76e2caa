#include <array>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "tests/workflows/short_definitions.hpp"
#include "tests/workflows/transition_rules.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/returns/return_saga.hpp"

namespace sagad::tests {

namespace {

constexpr int walks = 400;
constexpr int events_per_walk = 250;

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("SAGAD_SEED"))
    return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

/// Throws anything at a saga: what could happen, what should not, and what cannot.
class mischief {
public:
  mischief(const definition& def, std::uint64_t seed) : def_(def), random_(seed) {}

  event about(const saga& now) {
    event e;
    // Mostly answers and wake-ups: without them a walk would only ever be cancelled.
    using enum event::kind;
    e.what = one_of(std::array{taken_up, replied, replied, replied, replied, replied, woken, woken, woken, cancel, hold,
                               resume, resume, retry, compensate, skip});
    if ((e.what == cancel || e.what == compensate || e.what == skip) && !one_in(8))
      e.what = replied;
    e.at = one_in(4) ? moment{milliseconds{between(-1'000'000'000'000, 1'000'000'000'000)}}
                     : now.wakeup_at.value_or(now.updated_at) + milliseconds{between(-2, 2)};
    e.chance = std::uniform_real_distribution<double>{0.0, 1.0}(random_);
    e.who = one_in(2) ? "" : "alice";
    e.reason = one_in(2) ? "" : "because";
    e.value = one_in(2) ? json() : json{{"parcel_id", json::array({7})}};
    e.answer = one_in(3) ? any_answer() : answer_to(now);
    return e;
  }

private:
  reply answer_to(const saga& now) {
    reply r;
    r.saga = now.id;
    r.step = now.steps[now.at].name;
    r.what = now.asking;
    r.attempt = now.attempt;
    r.outcome = any_outcome();
    r.code = any_code();
    return r;
  }

  reply any_answer() {
    reply r;
    r.step = any_step();
    r.what = one_of(std::array{action::perform, action::undo, action::probe});
    r.attempt = one_of(std::array{std::numeric_limits<int>::min(), -1, 0, 1, 1, 2, 3, std::numeric_limits<int>::max()});
    r.outcome = any_outcome();
    r.code = any_code();
    r.detail = one_in(2) ? "" : std::string(1'000, '\xff');
    r.result = one_in(2) ? json() : json{{"parcel_id", 7}};
    return r;
  }

  std::string any_step() {
    if (one_in(8))
      return one_of(std::array<std::string, 3>{"", "no-such-step", std::string(300, 'x')});
    const saga_step& step = def_.steps[static_cast<std::size_t>(between(0, static_cast<long>(def_.steps.size()) - 1))];
    return std::string{one_in(8) ? step.undo.name : step.name};
  }

  reply_outcome any_outcome() {
    using enum reply_outcome;
    return one_of(std::array{succeeded, succeeded, succeeded, refused, failed, not_found, undelivered});
  }

  std::string any_code() {
    return std::string{one_of(std::array<std::string_view, 6>{"", "NO_WAY", codes::timeout, codes::cancelled,
                                                              codes::past_pivot, codes::undone})};
  }

  long between(long low, long high) { return std::uniform_int_distribution<long>{low, high}(random_); }
  bool one_in(long n) { return between(1, n) == 1; }

  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& choices) {
    return choices[static_cast<std::size_t>(between(0, static_cast<long>(N) - 1))];
  }

  const definition& def_;
  std::mt19937_64 random_;
};

} // namespace

TEST_CASE("nonsense changes nothing and breaks nothing: any event at any time has an answer", "[random]") {
  const std::uint64_t seed = chosen_seed();
  std::cout << "note: random walks with SAGAD_SEED=" << seed << '\n';
  const json input{{"order_id", "o"}, {"customer_id", "c"}, {"lines", json::array()}, {"total", 1}};
  int ended = 0;
  for (const definition* def : {&checkout::checkout_saga, &returns::return_saga, &two_compensable, &around_pivot,
                                &around_final_pivot, &only_final_pivot}) {
    mischief world{*def, seed};
    for (int walk = 0; walk < walks; ++walk) {
      saga now = begin(*def, saga_id{"s"}, order_id{"o"}, moment{});
      for (int i = 0; i < events_per_walk; ++i) {
        const event e = world.about(now);
        transition t = advance(*def, now, e);
        const std::string_view broken = broken_rule(*def, now, e, t);
        if (!broken.empty())
          FAIL(broken << ", with SAGAD_SEED=" << seed << ": " << def->name << ", walk " << walk << ", event " << i);
        now = std::move(t.after);
        if (t.sends)
          command_for(*def, now, input, {}); // whatever the participants answered before
      }
      ended += has_ended(now) ? 1 : 0;
    }
  }
  CHECK(ended > walks); // it did get somewhere
}

} // namespace sagad::tests

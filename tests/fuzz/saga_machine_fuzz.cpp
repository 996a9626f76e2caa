// Reads a life of a saga out of arbitrary bytes: what happens to it, when, and what is answered. The rules of a single
// transition must hold for each, whatever came before.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <fuzzer/FuzzedDataProvider.h>

#include "tests/workflows/transition_rules.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/returns/return_saga.hpp"

namespace {

using namespace sagad;

constexpr std::array kinds{event::kind::taken_up, event::kind::replied,    event::kind::woken,
                           event::kind::cancel,   event::kind::hold,       event::kind::resume,
                           event::kind::retry,    event::kind::compensate, event::kind::skip};
constexpr std::array outcomes{reply_outcome::succeeded, reply_outcome::refused, reply_outcome::failed,
                              reply_outcome::not_found, reply_outcome::undelivered};
constexpr std::array actions{action::perform, action::undo, action::probe};

/// Mostly the answer that it waits for: by chance alone no saga would get anywhere.
reply next_answer(FuzzedDataProvider& bytes, const saga& now) {
  reply r{.saga = now.id, .step = now.steps[now.at].name, .what = now.asking, .attempt = now.attempt};
  r.outcome = bytes.PickValueInArray(outcomes);
  if (bytes.ConsumeIntegralInRange(0, 15) == 0) {
    r.step = now.steps[bytes.ConsumeIntegralInRange<std::size_t>(0, now.steps.size() - 1)].name;
    r.what = bytes.PickValueInArray(actions);
    r.attempt = bytes.ConsumeIntegral<int>();
    r.code = bytes.ConsumeRandomLengthString(16);
  }
  return r;
}

event next_event(FuzzedDataProvider& bytes, const saga& now) {
  event e;
  e.what = bytes.PickValueInArray(kinds);
  const auto skew = milliseconds{bytes.ConsumeIntegralInRange<std::int64_t>(-1'000'000'000, 1'000'000'000)};
  e.at = now.wakeup_at.value_or(now.updated_at) + (bytes.ConsumeBool() ? skew : milliseconds{0});
  e.chance = bytes.ConsumeIntegralInRange(0, 255) / 256.0;
  e.who = bytes.ConsumeBool() ? "nora" : "";
  e.reason = bytes.ConsumeRandomLengthString(8);
  e.answer = next_answer(bytes, now);
  return e;
}

void live(const definition& def, FuzzedDataProvider& bytes) {
  saga now = begin(def, saga_id{"s"}, order_id{"o"}, moment{});
  while (bytes.remaining_bytes() > 0) {
    const event e = next_event(bytes, now);
    transition t = advance(def, now, e);
    if (const std::string_view broken = tests::broken_rule(def, now, e, t); !broken.empty()) {
      std::cerr << def.name << ": " << broken << '\n';
      std::abort();
    }
    now = std::move(t.after);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes{data, size};
  live(bytes.ConsumeBool() ? checkout::checkout_saga : returns::return_saga, bytes);
  return 0;
}

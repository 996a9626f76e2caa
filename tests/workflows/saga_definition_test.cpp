#include <array>
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/workflows/short_definitions.hpp"

/// What must not compile: each of these would make `static_assert(is_well_formed(...))` fail, as it does here.
namespace sagad::tests {

namespace {

using namespace std::chrono_literals;

constexpr saga_step good = compensable_step("good", "undo-good");
constexpr saga_step good_pivot = pivot_step("pivot", "withdraw-pivot");
constexpr saga_step good_last = step_without_undo(step_kind::retriable, "last");

template <std::size_t N>
constexpr bool accepts(const std::array<saga_step, N>& steps, std::string_view name = "test", int version = 1) {
  return is_well_formed(definition{.name = name, .version = version, .steps = steps});
}
constexpr bool accepts(const saga_step& step) { return accepts(std::array{step}); }

/// `step`, spoilt.
constexpr saga_step but(saga_step step, void (*spoil)(saga_step&)) {
  spoil(step);
  return step;
}

static_assert(accepts(std::array{good, good_pivot, good_last}));
static_assert(accepts(std::array{good, compensable_step("another", "undo-another")}), "no pivot: all can be undone");
static_assert(accepts(std::array{good_pivot, good_last, step_without_undo(step_kind::retriable, "very-last")}));

// The order of kinds.
static_assert(!accepts(std::array<saga_step, 0>{}), "empty");
static_assert(!accepts(std::array{good_pivot, good}), "compensable after the pivot");
static_assert(!accepts(std::array{good_pivot, pivot_step("again", "withdraw-again")}), "two pivots");
static_assert(!accepts(std::array{good_last, good_pivot}), "retriable before the pivot");
static_assert(!accepts(std::array{good, good_last}), "retriable without a pivot");

// The way back.
static_assert(!accepts(step_without_undo(step_kind::compensable, "one-way")), "compensable without undo");
static_assert(accepts(step_without_undo(step_kind::pivot, "one-way")), "a pivot needs none");
static_assert(!accepts(std::array{good_pivot, but(good, [](saga_step& s) { s.kind = step_kind::retriable; })}),
              "an undo that nobody would ever ask for");

// Names.
static_assert(!accepts(but(good, [](saga_step& s) { s.name = ""; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.participant = ""; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.undo.name = "good"; })), "a step and its own undo");
static_assert(!accepts(std::array{good, compensable_step("good", "undo-better")}), "two steps");
static_assert(!accepts(std::array{good, compensable_step("better", "undo-good")}), "two undos");
static_assert(!accepts(std::array{good, compensable_step("undo-good", "undo-better")}), "a step and an earlier undo");
static_assert(!accepts(std::array{good, compensable_step("better", "good")}), "an undo and an earlier step");
static_assert(!accepts(std::array{good}, ""), "a saga without a name");
static_assert(!accepts(std::array{good}, "test", 0), "a saga without a version");

// Questions.
static_assert(!accepts(but(good, [](saga_step& s) { s.request = nullptr; })));

// Every wait is bounded.
static_assert(!accepts(but(good, [](saga_step& s) { s.reply_timeout = 0ms; })), "missing timeout");
static_assert(!accepts(but(good, [](saga_step& s) { s.reply_timeout = -1ms; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.undo.reply_timeout = 0ms; })), "missing timeout of an undo");

// Retries.
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.attempts_max = 0; })), "zero attempts");
static_assert(!accepts(but(good, [](saga_step& s) { s.undo.retry.attempts_max = 0; })), "zero attempts of an undo");
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.backoff_initial = -1ms; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.backoff_max = 1ms; })), "a cap below the first pause");
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.factor = 0.5; })), "pauses that shrink");
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.jitter = 1.5; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.jitter = -0.1; })));
static_assert(!accepts(but(good, [](saga_step& s) { s.retry.total_timeout = -1ms; })));

} // namespace

TEST_CASE("a definition that could leave money behind does not compile", "[definition]") {
  SUCCEED("see the static_asserts above");
}

} // namespace sagad::tests

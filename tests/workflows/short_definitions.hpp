#pragma once

#include <array>
#include <chrono>

#include "workflows/saga.hpp"
#include "workflows/saga_definition.hpp"

/// Sagas of one to three steps, short enough to try everything that can happen to them.
namespace sagad::tests {

// Without a name: under UBSan g++ compares only functions of the same file with nullptr at compile time.
namespace {

json no_payload(const json&, const saga&) { return json::object(); }

constexpr saga_step compensable_step(std::string_view name, std::string_view undo) {
  return {.name = name,
          .participant = "world",
          .request = no_payload,
          .undo = {.name = undo, .reply_timeout = std::chrono::seconds{1}, .retry = up_to(1)},
          .reply_timeout = std::chrono::seconds{1},
          .retry = up_to(1)};
}

constexpr saga_step step_without_undo(step_kind kind, std::string_view name) {
  return {.name = name,
          .kind = kind,
          .participant = "world",
          .request = no_payload,
          .reply_timeout = std::chrono::seconds{1},
          .retry = up_to(1)};
}

constexpr saga_step pivot_step(std::string_view name, std::string_view undo) {
  saga_step step = compensable_step(name, undo);
  step.kind = step_kind::pivot;
  return step;
}

constexpr std::array only_compensable_steps{compensable_step("first", "undo-first")};
constexpr std::array only_pivot_steps{pivot_step("pivot", "withdraw-pivot")};
constexpr std::array only_final_pivot_steps{step_without_undo(step_kind::pivot, "pivot")};
constexpr std::array two_compensable_steps{compensable_step("first", "undo-first"),
                                           compensable_step("second", "undo-second")};
constexpr std::array around_pivot_steps{compensable_step("first", "undo-first"), pivot_step("pivot", "withdraw-pivot"),
                                        step_without_undo(step_kind::retriable, "last")};
constexpr std::array around_final_pivot_steps{compensable_step("first", "undo-first"),
                                              step_without_undo(step_kind::pivot, "pivot"),
                                              step_without_undo(step_kind::retriable, "last")};

constexpr definition only_compensable{.name = "only-compensable", .version = 1, .steps = only_compensable_steps};
constexpr definition only_pivot{.name = "only-pivot", .version = 1, .steps = only_pivot_steps};
constexpr definition only_final_pivot{.name = "only-final-pivot", .version = 1, .steps = only_final_pivot_steps};
constexpr definition two_compensable{.name = "two-compensable", .version = 1, .steps = two_compensable_steps};
constexpr definition around_pivot{.name = "around-pivot", .version = 1, .steps = around_pivot_steps};
constexpr definition around_final_pivot{.name = "around-final-pivot", .version = 1, .steps = around_final_pivot_steps};

static_assert(is_well_formed(only_compensable));
static_assert(is_well_formed(only_pivot));
static_assert(is_well_formed(only_final_pivot));
static_assert(is_well_formed(two_compensable));
static_assert(is_well_formed(around_pivot));
static_assert(is_well_formed(around_final_pivot));

} // namespace

} // namespace sagad::tests

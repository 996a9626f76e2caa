#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/scenario.hpp"
#include "tools/sagachaos/schedule.hpp"
#include "tools/sagachaos/subject.hpp"

// clang-format off: the program below is to be copied.
/// # Put your own definition to the test
///
/// A program of your own links the library `sagad_tools` and calls `exhaust` with your definition. Participants are
/// functions from a command to an answer, asked once for each step that is new to them: that it is asked again, undone,
/// undone before it came or probed is dealt with for them. Who has no function is recorded, and says yes to everything.
/// The whole program:
///
///     #include <iostream>
///     #include "my_saga.hpp" // constexpr sagad::definition my_saga{...};
///     #include "tools/sagachaos/certificate.hpp"
///     #include "tools/sagachaos/exhaust.hpp"
///     #include "workflows/ports/ledger_rules.hpp"
///
///     int main() {
///       using namespace sagad;
///       chaos::subject mine;
///       mine.saga = &my_saga;
///       mine.input = [](const order_id& id, const customer_id&) {
///         return json{{"flight", "XY 12"}, {"trip", id.value}};
///       };
///       mine.participants["airline"] = [](const command&) { return done({{"seat", "12A"}}); };
///       const chaos::exhaust_result result = chaos::exhaust(mine, {.jobs = 2});
///       std::cout << to_text(result);
///       return result.found ? 1 : 0;
///     }
///
/// tools/examples/booking_saga.hpp is one, and a test compiles and runs it. Where a promise is broken, give
/// `result.found->what` to `replay` and print that with `to_text`: each step of the run that breaks it.
// clang-format on
namespace sagad::chaos {

struct exhaust_options {
  /// Every two faults too, not only every one.
  bool pairs = false;
  /// In which order messages are taken; zero: as they came.
  std::uint64_t seed = 0;
  /// Only these scenarios, by name; empty: all.
  std::vector<std::string> only{};
  /// Threads that make runs at the same time.
  std::size_t jobs = 1;
  /// Told after each run how many were made and how many there are; from one thread at a time.
  std::function<void(std::size_t done, std::size_t total)> on_progress{};
};

/// A schedule that breaks a promise: with each of its faults left out, it breaks none.
struct counterexample {
  schedule what;
  std::vector<broken_promise> broken;
};

/// What `exhaust` found. Without a counterexample it is a certificate.
struct exhaust_result {
  std::string definition;
  int version = 0;
  std::uint64_t seed = 0;
  bool pairs = false;
  std::vector<std::string> scenarios{};
  /// Points of the runs without a fault, by kind.
  std::array<std::size_t, places> points{};
  /// How often each harm struck, in all runs.
  std::array<std::size_t, harms> strikes{};
  /// What the runs were held to: the promises that this definition, and what struck it, could have broken.
  std::vector<promise> held_to{};
  std::size_t runs = 0;
  std::chrono::duration<double> took{};
  std::optional<counterexample> found{};
};

/// Makes a run of each scenario without a fault, and then one for each point of it and each thing that may happen
/// there; with `pairs`, one more for each point that comes after that, and what may happen there. Stops at the first
/// broken promise, and makes its schedule as short as it can be. Throws `std::invalid_argument` for a subject that
/// makes no sense and for a scenario that it does not have.
exhaust_result exhaust(const subject& of, const exhaust_options& options);

/// One run of a schedule, with every step told. Throws `std::invalid_argument` when the subject has no such scenario.
struct replayed {
  std::vector<step_line> lines;
  std::vector<broken_promise> broken;
};
replayed replay(const subject& of, const schedule& what);

} // namespace sagad::chaos

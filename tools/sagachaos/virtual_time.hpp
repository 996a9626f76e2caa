#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <random>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "workflows/ports/clock.hpp"

namespace sagad::chaos {

/// An actor system that runs one message at a time, on its owner's thread and clock. Whoever spawns actors in
/// it sees to it that they are gone before it goes: it waits for them.
class virtual_time {
public:
  virtual_time() {
    // CAF's clock would begin at zero, and timers subtract from it.
    scheduler().clock().current_time += std::chrono::hours{24 * 365};
  }

  caf::actor_system& system() { return system_; }

  /// By a clock that nobody sets.
  caf::actor_clock::time_point instant() { return scheduler().clock().now(); }
  /// By the clock on the wall.
  moment now() { return moment{} + std::chrono::floor<milliseconds>(instant().time_since_epoch()) + set_by_; }
  clock_fn clock() {
    return [this] { return now(); };
  }

  /// Sets the clock on the wall, forward or back. No time passes.
  void set_wall_clock_by(milliseconds ahead) { set_by_ += ahead; }

  /// From now on messages are taken in an order that depends on `seed` alone. Each actor still takes its own in
  /// order.
  void interleave_by(std::uint64_t seed) { chance_.emplace(seed); }

  /// Called before each message, with the actor that is about to take it.
  void before_each_message(std::function<void(caf::scheduled_actor&)> see) { see_ = std::move(see); }

  /// Something beside the actors that does what is to be done each time it is called, and tells how much that was.
  void also_settle(std::function<std::size_t()> others) { others_ = std::move(others); }

  /// Runs until nobody has anything to do. Time stands still.
  void settle() {
    do
      run_actors();
    while (others_ && others_() > 0);
  }

  /// Time goes on, from one timer to the next; all that each causes is settled before the next.
  void pass(milliseconds duration) {
    auto& clock = scheduler().clock();
    const auto end = clock.now() + duration;
    settle();
    while (clock.now() < end) {
      const auto& timers = clock.schedule();
      const auto next = timers.empty() ? end : std::min(timers.begin()->first, end);
      clock.advance_time(std::max(next - clock.now(), decltype(next - next){}));
      settle();
    }
  }

private:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };

  void run_actors() {
    auto& jobs = scheduler().jobs;
    while (!jobs.empty()) {
      if (chance_)
        std::swap(jobs.front(), jobs[(*chance_)() % jobs.size()]);
      if (auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs.front()); actor != nullptr && see_)
        see_(*actor);
      scheduler().run_once();
    }
  }

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  config config_;
  caf::actor_system system_{config_};
  milliseconds set_by_{};
  std::optional<std::mt19937_64> chance_;
  std::function<void(caf::scheduled_actor&)> see_;
  std::function<std::size_t()> others_;
};

} // namespace sagad::chaos

#pragma once

#include <unordered_map>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/timer_queue.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

struct timekeeper_state {
  static constexpr const char* name = "timekeeper";

  struct reminder {
    order_actor who;
    moment at{};
  };
  clock_fn clock;
  milliseconds tick_every{};
  /// The truth: one reminder per order. `queue` may hold outdated ones, not many more, which are passed over.
  std::unordered_map<saga_id, reminder> reminders;
  timer_queue<saga_id> queue;
  bool ticking = false;
};

timekeeper_actor::behavior_type timekeeper(timekeeper_actor::stateful_pointer<timekeeper_state> self, clock_fn clock,
                                           engine_limits limits);

} // namespace sagad::actors

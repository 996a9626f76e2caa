#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/burial.hpp"
#include "actors/bus_ear.hpp"
#include "actors/bus_outbox.hpp"
#include "actors/gateways.hpp"
#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/timer_queue.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

struct intake_config {
  bus_access bus;
  directory_actor directory;
  store_gateways gateways;
  clock_fn clock;
  engine_limits limits;
};

struct intake_state {
  static constexpr const char* name = "intake";

  /// A well-formed submission with the message that it came in.
  struct taken {
    incoming_message from;
    checkout::submission what;
  };

  /// An answer that is to come late, because a tester's fault says so.
  struct late_answer {
    taken to;
    acceptance told;
  };

  intake_config config;
  std::optional<bus_outbox> outbox;
  std::optional<burial> undertaker;
  /// Those that found no room, or no store: submitted again by and by.
  std::deque<taken> waiting;
  timer_queue<late_answer, instant> late;
  /// With the directory.
  std::size_t submitted = 0;
  bool consuming = false;
  std::mt19937_64 chance{std::random_device{}()};

  std::optional<caf::typed_response_promise<drained>> draining;
  instant drain_deadline{};
};

/// A submission is acknowledged when its order is durable and its submitter's answer has arrived. That there is no
/// room now is no answer: it waits here, and when as many wait as the node takes, the rest wait with the broker.
intake_actor::behavior_type intake(intake_actor::stateful_pointer<intake_state> self, intake_config config);

} // namespace sagad::actors

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/bus_ear.hpp"
#include "actors/fact_streams.hpp"
#include "actors/gateways.hpp"
#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

struct event_publisher_config {
  bus_access bus;
  store_gateways gateways;
  clock_fn clock;
  engine_limits limits;
};

struct event_publisher_state {
  static constexpr const char* name = "event-publisher";

  struct place {
    saga_id saga;
    std::uint64_t sequence = 0;
    /// None of what was left behind by others.
    std::optional<moment> happened_at{};
  };

  event_publisher_config config;
  std::optional<fact_streams> streams;
  std::uint64_t next_token = 0;
  /// By token: the oldest first.
  std::map<std::uint64_t, place> unsettled;
  bool connected = false;

  /// When the store is to be asked for what was left unpublished.
  instant next_sweep{};
  bool sweeping = false;

  std::optional<caf::typed_response_promise<drained>> draining;
  instant drain_deadline{};
};

/// Publishes each durable fact at least once, in order per saga, and has the store note what the broker has. What it
/// cannot keep in memory, and what it knew when it died, is in the store and comes back.
event_publisher_actor::behavior_type
event_publisher(event_publisher_actor::stateful_pointer<event_publisher_state> self, event_publisher_config config);

} // namespace sagad::actors

#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/group_commit.hpp"
#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"

namespace sagad::actors {

/// Called from the gateway's thread when the store can never be used again by this node.
using store_lost_fn = std::function<void(const store_error&)>;

struct store_gateway_config {
  std::shared_ptr<store> target;
  clock_fn clock;
  engine_limits limits;
  std::shared_ptr<telemetry> watcher;
  store_lost_fn on_store_lost;
  /// It is the one that gives the signs of life, with how the broker stands, and hears that the node shall leave.
  bool keeps = true;
  std::function<std::string()> broker_state;
  std::function<void()> on_drain_wanted;
  /// Of its pauses: nodes that lost the same store do not all come back at the same moment.
  unsigned seed = 0;
};

struct store_gateway_state {
  static constexpr const char* name = "store-gateway";

  store_gateway_config config;
  group_commit gathered;
  /// None: facts go nowhere.
  event_publisher_actor publisher;
  /// None: nobody asks participants here.
  switchboard_actor switchboard;
  std::vector<named_circuit> circuits;

  bool flush_queued = false;
  bool ticking = false;
  /// In a row; zero while the store works.
  int failures = 0;
  std::minstd_rand chance;
  instant pause_until{};
  instant next_beat{};
  instant next_purge{};
  bool drain_told = false;
  std::string fence_problem;
  bool leaving = false;
  bool lost = false;
};

/// Group commit: whatever arrives while a transaction runs becomes the next one.
store_gateway_actor::behavior_type store_gateway(store_gateway_actor::stateful_pointer<store_gateway_state> self,
                                                 store_gateway_config config);

} // namespace sagad::actors

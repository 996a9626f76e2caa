#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"

namespace sagad::actors {

/// Called once, from the gateway's thread, when the store can never be used again by this node.
using store_lost_fn = std::function<void(const store_error&)>;

struct store_gateway_config {
  std::shared_ptr<store> target;
  clock_fn clock;
  engine_limits limits;
  std::shared_ptr<telemetry> watcher;
  store_lost_fn on_store_lost;
};

struct store_gateway_state {
  static constexpr const char* name = "store-gateway";

  /// A saga's progress that is not durable yet, and who waits for it.
  struct pending_update {
    saga_update update;
    std::vector<caf::typed_response_promise<recorded_durably>> waiting;
  };

  store_gateway_config config;

  std::vector<checkout::submission> submissions;
  std::vector<caf::typed_response_promise<submitted>> submitters;
  std::vector<ledger_command> commands;
  std::vector<caf::typed_response_promise<ledger_answer>> askers;
  std::vector<dead_letter> dead_letters;
  /// Several transitions of one order collapse into one.
  std::unordered_map<saga_id, pending_update> updates;

  bool flush_queued = false;
  bool ticking = false;
  bool store_is_failing = false;
  moment pause_until{};
  moment last_beat{};
  bool leaving = false;
};

/// Group commit: whatever arrives while a transaction runs becomes the next one.
store_gateway_actor::behavior_type store_gateway(store_gateway_actor::stateful_pointer<store_gateway_state> self,
                                                 store_gateway_config config);

} // namespace sagad::actors

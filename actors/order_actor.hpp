#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/gateways.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::actors {

/// What every order actor of an engine shares. Immutable once the engine runs.
struct order_surroundings {
  store_gateways gateways;
  switchboard_actor switchboard;
  timekeeper_actor timekeeper;
  clock_fn clock;
  engine_limits limits;
  std::shared_ptr<telemetry> watcher;
  /// Orders point into it.
  std::shared_ptr<const saga_catalog> catalog;
  /// Instructions to fail are honoured only when set.
  bool allow_faults = false;
  /// The participants that are played in this process.
  std::set<std::string, std::less<>> plays;
};

struct order_state {
  static constexpr const char* name = "order";

  /// What happens to the saga, and who wants to know what became of it.
  struct happening {
    event what;
    caf::typed_response_promise<wish_result> promise{};
    /// Of a repair.
    std::optional<repair_ticket> ticket{};
  };

  std::shared_ptr<const order_surroundings> around;
  const definition* def = nullptr;
  saga now;
  json input;
  std::vector<fault> faults;
  std::minstd_rand chance;

  /// While a turning point, the pivot or the end is being made durable, what happens meanwhile waits here.
  bool committing = false;
  std::deque<happening> waiting;
  /// Whether what was recorded last awaits an answer: see `transition::only_waits`.
  bool recorded_awaiting = false;
  /// The question that left last.
  moment asked_at{};
  bool told_to_fail = false;
  /// The reminder that the timekeeper has for this order.
  std::optional<moment> reminder_at;
  bool rest_wanted = false;
};

/// Drives one saga from where it stands. `def` must fit it and be of the catalog. Exits normally when the saga
/// has ended or rests; with a reason when it dies, and is then revived from the journal by the directory.
order_actor::behavior_type run_order(order_actor::stateful_pointer<order_state> self,
                                     std::shared_ptr<const order_surroundings> around, const definition* def,
                                     std::shared_ptr<stored_saga> from);

} // namespace sagad::actors

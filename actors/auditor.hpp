#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"

namespace sagad::actors {

/// Opens an operator's session, on a connection of its own. Called from the auditor's thread.
using open_office_fn = std::function<store_result<std::unique_ptr<back_office>>()>;

struct auditor_config {
  open_office_fn open_office;
  /// The node's, as `store_status` shows it.
  std::string node;
  clock_fn clock;
  engine_limits limits;
  std::shared_ptr<telemetry> watcher;
};

struct auditor_state {
  static constexpr const char* name = "auditor";

  auditor_config config;
  instant next_at{};
};

/// Of the nodes that share a store one audits: of those that hold a lease, the one with the lowest epoch. Empty when
/// none does.
std::string auditor_among(const std::vector<node_view>& nodes);

/// How long after an audit the next one begins: it takes at most a twentieth of the store's time.
milliseconds pause_after_audit(milliseconds audit_every, milliseconds took);

/// Checks the promises on a snapshot of the whole store now and then, and says aloud what is broken. Blocks while it
/// does: it wants a thread of its own.
auditor_actor::behavior_type auditor(auditor_actor::stateful_pointer<auditor_state> self, auditor_config config);

} // namespace sagad::actors

#pragma once

#include <functional>
#include <memory>

#include <caf/actor_system.hpp>

#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/order_actor.hpp"
#include "actors/store_gateway.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::actors {

struct engine_config {
  std::shared_ptr<store> target;
  std::shared_ptr<const saga_catalog> catalog;
  clock_fn clock;
  engine_limits limits{};
  std::shared_ptr<telemetry> watcher = std::make_shared<telemetry>();
  bool allow_faults = false;
  /// The store blocks: it has a thread of its own. Off only on a test scheduler.
  bool store_has_thread = true;
  /// Called once, from the gateway's thread, when the node must stop because the store is lost to it.
  store_lost_fn on_store_lost = [](const store_error&) {};
  /// Called when an actor that the whole tree needs has died of a mistake of ours. The node must stop: it is built
  /// to start again from what is durable, not to limp. From any actor's thread.
  std::function<void()> on_broken = [] {};
};

/// The tree of actors that drives orders: spawned by the constructor, taken down by `shut_down`.
///
///     engine ── directory ── order actors ── switchboard ── payment, inventory, delivery, orders, notification
///                   │             │                            │
///                   └─────────────┴──── store gateway ─────────┘        timekeeper, dead letters
class engine {
public:
  engine(caf::actor_system& system, engine_config config);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// To submit orders to and to wish things of them.
  const directory_actor& orders() const { return directory_; }
  const switchboard_actor& participants() const { return around_->switchboard; }
  const store_gateway_actor& gateway() const { return around_->gateway; }

  /// Takes nothing new, lets open orders end for as long as `grace`, lets the others rest, commits everything,
  /// gives the lease back. Blocks; returns when every actor of the tree has been told to go. Call it once, from
  /// a thread that is no actor's.
  void shut_down(milliseconds grace);

  /// Tells every actor to go, as it stands: what is durable stays, nothing else.
  void abandon();

private:
  caf::actor_system& system_;
  dead_letter_actor dead_letters_;
  std::shared_ptr<const order_surroundings> around_;
  directory_actor directory_;
};

} // namespace sagad::actors

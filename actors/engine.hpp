#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/auditor.hpp"
#include "actors/bus_ear.hpp"
#include "actors/gateways.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/store_gateway.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::actors {

struct engine_config {
  /// Sessions of one incarnation: one that gives the signs of life and claims, and one or more that commit. Where the
  /// store has one session only, it is both.
  std::shared_ptr<store> keeper;
  std::vector<std::shared_ptr<store>> gateways;
  /// What orders it can drive; of no use without `orchestrates`.
  std::shared_ptr<const saga_catalog> catalog;
  clock_fn clock;
  engine_limits limits{};
  std::shared_ptr<telemetry> watcher = std::make_shared<telemetry>();
  bool allow_faults = false;
  /// It drives orders.
  bool orchestrates = true;
  /// The participants that are played in this process. The others are reached through the bus.
  std::vector<std::string> plays{checkout::participants::every.begin(), checkout::participants::every.end()};
  /// None: the node is alone. `shut_down` closes it.
  bus_access bus{};
  /// None, or with `limits.audit_every` at 0: the node does not audit. Called from the auditor's thread.
  open_office_fn open_office{};
  /// As it told the store.
  std::string node = "node-1";
  /// The store blocks: each session has a thread of its own. Off only on a test scheduler.
  bool store_has_thread = true;
  /// Called once, from a gateway's thread, when the node must stop because the store is lost to it.
  store_lost_fn on_store_lost = [](const store_error&) {};
  /// Called once, from a gateway's thread, when an operator wants the node to hand over its orders and to leave.
  std::function<void()> on_drain_wanted = [] {};
  /// Called when an actor that the whole tree needs has died of a mistake of ours. The node must stop: it is built
  /// to start again from what is durable, not to limp. From any actor's thread.
  std::function<void()> on_broken = [] {};
};

/// The tree of actors of a node: spawned by the constructor, taken down by `shut_down`. What is in brackets is there
/// only with a bus.
///
///     engine ── directory ── order actors ── switchboard ── payment, inventory, delivery, orders, notification
///                   │             │            │    │         │
///               [intake]          │            │    [remote participants] ── bus ── [command servers] ── switchboard
///                                 │            │
///                                 └── store gateways ── [event publisher]        timekeeper, dead letters, auditor
class engine {
public:
  engine(caf::actor_system& system, engine_config config);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// To submit orders to and to wish things of them. Only where it orchestrates.
  const directory_actor& orders() const { return directory_; }
  const switchboard_actor& participants() const { return switchboard_; }

  /// Takes nothing new, lets open orders end for as long as `grace`, lets the others rest, publishes and commits
  /// everything, closes the bus, gives the lease back. Blocks; returns when every actor of the tree has been told
  /// to go. Call it once, from a thread that is no actor's.
  void shut_down(milliseconds grace);

  /// Tells every actor to go, as it stands: what is durable stays, nothing else.
  void abandon();

  // What `shut_down` does, one by one, for whoever may not block.

  struct stage {
    std::string name;
    drainable who;
  };
  /// To be drained in this order.
  std::vector<stage> stages() const;
  /// Then to leave the store, in this order.
  std::vector<store_gateway_actor> leavers() const;

private:
  store_gateways open_gateways(engine_config& config);
  void begin_publishing(const engine_config& config);
  void begin_orchestrating(engine_config& config);
  void begin_serving(const engine_config& config);
  void begin_auditing(const engine_config& config);

  caf::actor_system& system_;
  bus_access bus_;
  store_gateways gateways_;
  dead_letter_actor dead_letters_;
  switchboard_actor switchboard_;
  remote_participants_actor remote_;
  timekeeper_actor timekeeper_;
  directory_actor directory_;
  event_publisher_actor publisher_;
  intake_actor intake_;
  std::vector<command_server_actor> servers_;
  auditor_actor auditor_;
};

} // namespace sagad::actors

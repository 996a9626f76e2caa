#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/limits.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/checkout/order.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/ports/telemetry.hpp"
#include "workflows/saga_catalog.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::memory {
class broker;
}

namespace sagad::tests {

class virtual_node;

using namespace std::chrono_literals;

/// `count` of an item for a customer. Add faults as needed.
checkout::submission order_of(std::string id, std::string customer, std::string item, checkout::quantity count);

/// An order of one `token`, which costs 50, for a customer of its own.
checkout::submission order_of_token(const std::string& id);
checkout::submission order_of_token(const std::string& id, std::vector<fault> faults);

/// What one node of a shop does.
struct node_role {
  std::string name = "node-1";
  bool orchestrates = true;
  std::vector<std::string> plays{checkout::participants::every.begin(), checkout::participants::every.end()};
};

/// All roles in one node, and each role in a node of its own; the first one orchestrates.
std::vector<node_role> one_node();
std::vector<node_role> a_node_for_each_role();

struct shop_settings {
  checkout::money initial_credit = 500;
  /// Ticks of 50 ms: fewer messages, the same rules.
  actors::engine_limits limits{.tick_every = 50ms, .linger = 50ms, .look_every = 50ms};
  settings_by_step steps{};
  /// What an accepted order begins.
  const definition* begins = &checkout::checkout_saga;
  /// What the node can drive.
  std::vector<const definition*> knows{&checkout::checkout_saga};
  /// Stands between the engine and its store.
  std::function<std::shared_ptr<store>(std::shared_ptr<store>)> between{};
  std::shared_ptr<telemetry> watcher = std::make_shared<telemetry>();
  /// Set: the nodes check the promises now and then, in what this makes of their own back office.
  std::function<std::unique_ptr<back_office>(std::unique_ptr<back_office>)> auditing{};
  bool allow_faults = true;
  /// Sessions that commit; where there are several, another one keeps. `between` is asked for each, the keeper's first.
  std::size_t gateways = 1;
  /// With a broker between them, each with a store of its own; none: one node without a broker.
  std::vector<node_role> cluster{};
  /// Stands between the nodes that do not orchestrate and their stores.
  std::function<std::shared_ptr<store>(std::shared_ptr<store>)> between_others{};
  /// A node that lost its store is started again, as by whoever watches over processes.
  bool supervised = false;
  /// Messages are taken in an order that depends on this alone.
  std::optional<std::uint64_t> seed{};
};

/// What somebody asked for; `got` once it was answered, `broken` once it is sure that it never will be.
template <class Answer>
struct awaited {
  std::optional<Answer> got;
  bool broken = false;
};
template <class Answer>
using awaited_ptr = std::shared_ptr<awaited<Answer>>;

/// A whole node, or several, on stores in memory, on a clock that the test moves: everything settles between two calls,
/// the same way each time. CAF stays behind this wall.
class shop_on_virtual_time {
public:
  explicit shop_on_virtual_time(shop_settings settings = {});
  ~shop_on_virtual_time();

  // --- time --------------------------------------------------------------------------------------------------
  moment now() const;
  void settle();
  void pass(milliseconds duration);
  /// Sets the clock on the wall, forward or back. No time passes.
  void set_wall_clock_by(milliseconds ahead);
  /// Until all accepted orders have ended or are held; false when `patience` was not enough.
  bool pass_until_all_rest(milliseconds patience = 20min);
  bool pass_until(const std::function<bool()>& come_true, milliseconds patience = 20min);

  // --- customers ---------------------------------------------------------------------------------------------
  /// Must be answered at once, that is, without that time passes.
  acceptance submit(const checkout::submission& asked);
  /// The answer may come later. Settles nothing.
  awaited_ptr<acceptance> hand_in(const checkout::submission& asked);

  // --- the operator ------------------------------------------------------------------------------------------
  /// Any store's back office; here that of the memory.
  back_office& office();
  /// Of the store where that participant is played.
  back_office& office_of(std::string_view participant);
  /// Must be answered at once.
  std::optional<verdict> wish(event::kind what, const std::string& order, std::string reason = {});
  awaited_ptr<std::optional<verdict>> hand_in_wish(event::kind what, const std::string& order, std::string reason = {});

  /// A durable operation on orders as they are now, of which the first `release` may begin at once.
  operation repair(operations::operator_action what, const std::vector<std::string>& orders,
                   std::size_t release = std::numeric_limits<std::size_t>::max());
  sagad::repair repair_of(const std::string& operation, const std::string& order);

  order_view order(const std::string& id);
  std::string state_of(const std::string& id);
  std::string outcome_of(const std::string& id);
  /// The types of its facts: `order.accepted`, ...
  std::vector<std::string> history(const std::string& id);
  checkout::money balance(const std::string& customer);
  stock_level stock(const std::string& item);
  audit_report audit();
  /// One line for each promise that the audit finds broken; empty when all are kept.
  std::string broken_promises();

  // --- the node ----------------------------------------------------------------------------------------------
  /// Every actor dies as it stands; what is durable stays.
  void crash();
  /// A new incarnation on the same store. Only after `crash` or `close`.
  void open();
  /// Changes count from the next `open` on.
  shop_settings& settings();
  /// Orderly: drains, leaves the store, ends all actors. False when it was not through after `patience`.
  bool close(milliseconds grace, milliseconds patience = 1min);
  /// Takes nothing new from here on; answered when no order is left in memory.
  awaited_ptr<bool> begin_to_drain(milliseconds grace);
  std::size_t orders_in_memory() const;
  /// Actors of any kind, save those who wait for the answer to a submission or a wish.
  std::size_t actors_alive() const;
  /// How often the engine said that the store is lost to it.
  int store_lost_count() const;
  /// How often a node was started again because it had lost its store.
  int restarts() const;
  /// How often any of the nodes said that it is broken.
  int broken_count() const;
  /// How often it heard that an operator wants it to leave.
  int drain_wanted_count() const;

  // --- the cluster -------------------------------------------------------------------------------------------
  /// Only with a `cluster`.
  memory::broker& broker();
  /// Of the cluster, by its name.
  void crash(const std::string& node);
  void open(const std::string& node);

  // --- harm --------------------------------------------------------------------------------------------------
  /// Told the kind of actor (`order`, `payment`, ...) that is about to take a message. True kills it instead.
  using killer = std::function<bool(std::string_view actor)>;
  void beware_of(killer k);

private:
  struct machinery;
  std::unique_ptr<machinery> in_;
};

} // namespace sagad::tests

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "workflows/checkout/order.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/ports/message_bus.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad::memory {
struct world;
}

namespace sagad::chaos {

/// What a participant does with a `do` that is new to it: `succeeded` with a result, or `refused` with a code. Called
/// once for each key: that it is asked again, undone, undone before it came, probed, or not heard, is dealt with for
/// it as the protocol demands. Called from several threads at a time when runs are split over jobs.
using participant_fn = std::function<ledger_answer(const command&)>;

/// One process of a run, as somebody sees it who stands between the engine and the outside.
struct site {
  /// Drives orders; otherwise it plays the participants.
  bool orchestrates = true;
  /// What its store holds.
  std::shared_ptr<memory::world> world;
  clock_fn clock;
};

/// Stands between the engine and what it relies on, in one run. Empty functions: nobody stands there. Each is called
/// for each start of a process, so that what must survive a crash belongs to whoever made it.
struct go_between {
  using store_fn = std::function<std::shared_ptr<store>(std::shared_ptr<store>, const site&)>;
  /// Between the engine and the harness, which then sees what comes out of it.
  store_fn before_harness{};
  /// Between the harness and the store, so that the harness strikes and watches it as if it were the store.
  store_fn behind_harness{};
  /// Between the engine and the harness, on the way to the broker. Given the listener of the engine, and what makes
  /// the connection behind it for a listener.
  using connect_fn = std::function<std::unique_ptr<message_bus>(bus_listener&)>;
  std::function<std::unique_ptr<message_bus>(bus_listener&, const site&, const connect_fn&)> bus{};
};

/// What is put to the test: a definition with its participants.
struct subject {
  /// Must outlive everything that is made of it.
  const definition* saga = nullptr;
  /// By the names that the definition gives them. Who is not here is recorded: it says yes to everything.
  std::map<std::string, participant_fn, std::less<>> participants{};
  /// What an order starts with, as the definition's payload functions expect it. None: what the checkout starts with.
  std::function<json(const order_id&, const customer_id&)> input{};
  /// The shop's own participants, with money and stock. Only for a definition with the checkout's participants.
  bool with_money_and_stock = false;
  /// Made anew for each run.
  std::function<go_between()> between{};
};

/// The checkout, with the shop's own participants.
subject checkout_subject();
/// The return, with a carrier and a warehouse that answer what the next steps need.
subject return_subject();

} // namespace sagad::chaos

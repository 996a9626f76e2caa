#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/checkout/order.hpp"
#include "workflows/moment.hpp"

namespace sagad {

/// What a node tells a store when it opens its session; the back office goes by it, see the stores' `nodes`.
struct node_options {
  std::string name = "node-1";
  /// What a new customer's wallet is opened with.
  checkout::money initial_credit = 500;
  /// Honour the instructions to fail that submissions carry.
  bool allow_faults = false;
  /// The participants that it plays on this store: the audit expects their effects here, and no others.
  std::vector<std::string> plays{checkout::participants::every.begin(), checkout::participants::every.end()};
  /// The store's facts go to a broker: the store remembers which ones are still to be published.
  bool publishes = false;
  /// Absent: by the machine's clock.
  std::optional<moment> started_at{};
  /// What an accepted order begins. Must outlive the session.
  const definition* begins = &checkout::checkout_saga;
};

} // namespace sagad

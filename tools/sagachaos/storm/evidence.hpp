#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/event_book.hpp"
#include "tools/sagachaos/storm/known_orders.hpp"

namespace sagad::chaos::storm {

/// One order, and what its submitter was told about it.
struct promise {
  std::string order;
  order_kind kind = order_kind::plain;
  /// Asks again until it is answered.
  bool insists = true;
  /// What it is about: one item, so many of it, at its price.
  std::string customer{};
  std::string sku{};
  checkout::quantity units = 0;
  checkout::money total = 0;
  std::size_t times_sent = 0;
  std::size_t times_accepted = 0;
  std::size_t times_refused = 0;
  /// Of the last refusal.
  std::string refusal{};
};

/// One order as the store tells of it.
struct stored_order {
  std::string order;
  std::string customer;
  std::string state;
  std::string outcome;
  checkout::money total = 0;
  /// Why it is where it is, for people.
  std::string why{};
  /// The types of its facts, in order.
  std::vector<std::string> facts;
};

struct stored_wallet {
  std::string customer;
  checkout::money balance = 0;
  checkout::money began_with = 0;
};

struct stored_shelf {
  std::string sku;
  checkout::quantity available = 0;
  checkout::quantity reserved = 0;
  checkout::quantity began_with = 0;
};

/// What the participant remembers of one order's delivery: `succeeded`, or anything else that says that no delivery
/// is in force.
struct remembered_delivery {
  std::string order;
  bool in_force = false;
};

/// Everything that is known after a storm, from all sides.
struct evidence {
  /// Of a hundred orders, as many may be given up.
  std::size_t given_up_percent_max = 0;
  std::vector<promise> promises;
  std::vector<stored_order> orders;
  std::vector<stored_wallet> wallets;
  std::vector<stored_shelf> shelves;
  std::vector<remembered_delivery> deliveries;
  event_book events;
};

} // namespace sagad::chaos::storm

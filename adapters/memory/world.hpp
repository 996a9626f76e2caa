#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "workflows/ports/back_office.hpp"
#include "workflows/ports/ledger_rules.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/repair_rules.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::memory {

/// What the broker is not known to have of a saga.
struct outbox_row {
  /// The sequence of the first such fact.
  std::uint64_t first = 0;
  /// When a publication was last recorded, or the facts were last handed out.
  moment touched_at{};
};

/// An accepted order, its saga and its history.
struct order_row {
  /// Rises with each accepted order.
  std::int64_t number = 0;
  saga now;
  json input;
  std::string text;
  customer_id customer;
  checkout::money total = 0;
  /// The epoch of the node that drives it.
  std::optional<std::uint64_t> owner;
  /// When a node may take it; none while one drives it, it is held, or it has ended.
  std::optional<moment> claimable_at;
  /// In order of their sequence.
  std::vector<fact> facts;
  /// None while every fact that was to be published is.
  std::optional<outbox_row> outbox;
};

struct wallet_row {
  checkout::money balance = 0;
  checkout::money credited = 0;
};

struct shelf_row {
  checkout::quantity available = 0;
  checkout::quantity reserved = 0;
  checkout::quantity added = 0;
};

struct charge_row {
  customer_id customer;
  checkout::money amount = 0;
  bool undone = false;
};

struct reservation_row {
  std::vector<checkout::order_line> units;
  bool released = false;
};

struct shipment_row {
  customer_id customer;
  bool cancelled = false;
};

/// The participants' books. Effects are known by their idempotency keys.
struct books {
  std::unordered_map<std::string, remembered> inbox;
  std::unordered_map<customer_id, wallet_row> wallets;
  std::unordered_map<std::string, charge_row> charges;
  std::unordered_map<sku, shelf_row> shelves;
  std::unordered_map<std::string, reservation_row> reservations;
  std::unordered_map<std::string, shipment_row> shipments;
};

struct node_row {
  node_options options;
  moment started_at{};
  moment last_seen_at{};
  std::optional<moment> stopped_at;
  bool drain_wanted = false;
  std::string broker{};
  std::vector<named_circuit> circuits{};
};

/// One order of an operation.
struct repair_row {
  repair now;
  /// The saga's sequence when the repair was applied, or when its result was last looked for.
  std::uint64_t seen_sequence = 0;
  std::optional<handing> handed{};
};

struct operation_row {
  operation_request asked;
  moment planned_at{};
  std::string pacer;
  std::optional<moment> stopped_at{};
  std::string stopped_by{};
  std::string stopped_because{};
  /// In the order of the set.
  std::vector<repair_row> set{};
  std::unordered_map<saga_id, std::size_t> position_of{};
};

/// What operators want, wrote down and did.
struct desks {
  /// The operation with number n stands at n-1.
  std::deque<operation_row> operations;
  /// Released repairs: the operation's number, the position in its set.
  std::set<std::pair<std::int64_t, std::size_t>> released;
  std::map<std::string, participant_rule> rules;
  std::vector<log_entry> log;
  std::map<std::string, group_note> notes;
  /// By number, which rises with each.
  std::map<std::uint64_t, kept_letter> letters;
  std::uint64_t last_letter = 0;
};

/// Everything that a store holds, shared by its sessions; they lock `busy`, for tests and operators look from
/// other threads. Gone with the process: for tests, and to measure what durability costs.
struct world {
  std::mutex busy;

  std::unordered_map<saga_id, order_row> orders;
  /// In order of acceptance. A map's elements stay where they are.
  std::deque<order_row*> by_number;
  std::set<std::pair<moment, std::int64_t>> claimable;
  /// The orders with an outbox, what was touched longest ago first.
  std::set<std::pair<moment, std::int64_t>> unpublished;

  books ledger;
  std::map<sku, checkout::money> catalog;
  desks desk;

  /// The node with epoch n stands at n-1.
  std::vector<node_row> nodes;
  std::uint64_t lease_epoch = 0;
  bool lease_is_held = false;

  /// How often anybody wrote.
  std::uint64_t writes = 0;
};

} // namespace sagad::memory

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflows/checkout/order.hpp"
#include "workflows/ports/dead_letters.hpp"
#include "workflows/ports/operators_log.hpp"
#include "workflows/ports/participant_rules.hpp"
#include "workflows/ports/repairs.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/saga.hpp"

namespace sagad {

/// One order as the operator sees it.
struct order_view {
  saga now;
  customer_id customer;
  checkout::money total = 0;
  /// The node that drives it; empty when none does.
  std::string owner;
};

/// Which orders to list. Empty members do not restrict. Newest first.
struct order_filter {
  std::string state;
  std::string outcome;
  std::string customer;
  /// Created before this.
  std::optional<moment> created_before;
  std::optional<std::size_t> limit;
  /// Only those that have not ended.
  bool unfinished = false;
};

struct wallet {
  customer_id customer;
  checkout::money balance = 0;
  /// False for a customer who has not bought yet: `balance` is then what they would start with.
  bool opened = true;
};

struct stock_level {
  sku item;
  checkout::quantity available = 0;
  checkout::quantity reserved = 0;
};

struct catalog_entry {
  sku item;
  checkout::money price = 0;
};

struct node_view {
  std::string name;
  std::uint64_t epoch = 0;
  moment started_at{};
  moment last_seen_at{};
  std::optional<moment> stopped_at;
  /// It still holds its lease: it lives, or froze, or nobody has noticed yet that it died.
  bool holds_lease = false;
  /// An operator asked it to hand over what it drives, and to leave.
  bool drain_wanted = false;
  /// Unfinished orders that it drives.
  std::size_t drives = 0;
  std::vector<std::string> plays{};
  /// How its connection to the broker stood at its last sign of life; empty when it has none.
  std::string broker{};
  /// Those that were not closed then.
  std::vector<named_circuit> circuits{};
};

struct state_count {
  std::string state;
  std::string outcome;
  std::size_t count = 0;
};

/// Is it the engine or the store, and since when.
struct store_status {
  std::string store;
  std::vector<node_view> nodes;
  std::vector<state_count> orders;
  /// Of those that are running or compensating.
  std::optional<order_view> oldest_unfinished;
  /// Sagas with facts that the broker is not known to have.
  std::size_t unpublished = 0;
  /// Those that nobody discarded.
  std::size_t dead_letters = 0;
  /// Operations that are not over.
  std::size_t open_operations = 0;
  /// What operators decided about participants.
  std::vector<participant_rule> rules;
};

/// How many orders are in that state, whatever their outcome.
inline std::size_t count_in(const store_status& status, saga_state state) {
  std::size_t sum = 0;
  for (const state_count& c : status.orders)
    sum += c.state == to_string(state) ? c.count : 0;
  return sum;
}

/// One broken promise.
struct audit_finding {
  /// The number of the promise in ARCHITECTURE.md.
  int promise = 0;
  /// What kind of thing is wrong, in a few words that can be grouped by.
  std::string check;
  /// The order, customer or sku it is about.
  std::string subject;
  std::string detail;
};

struct audit_report {
  std::size_t orders = 0;
  std::size_t effects = 0;
  /// Accepted orders that have not ended yet: no finding, for they still may.
  std::size_t unfinished = 0;
  std::size_t held = 0;
  checkout::money credited = 0;
  checkout::money balances = 0;
  checkout::money charged = 0;
  checkout::quantity units_in = 0;
  checkout::quantity available = 0;
  checkout::quantity reserved = 0;
  std::vector<audit_finding> findings;
};

/// The operator's view of a store, their wishes, and the shop's master data. Works while nodes run or are down.
///
/// Calls block; an instance belongs to one thread. Reads come from the primary store, each one from a single
/// snapshot. Errors are values; a failed call changed nothing.
class back_office : public repair_desk, public participant_desk, public operators_log, public dead_letter_desk {
public:
  /// Decides on submissions as a node would, all in one transaction. Accepted orders wait for a node.
  virtual store_result<std::vector<acceptance>> submit(const std::vector<checkout::submission>& submissions,
                                                       moment now) = 0;

  virtual store_result<std::vector<order_view>> list_orders(const order_filter& filter) = 0;
  virtual store_result<std::optional<order_view>> find_order(const order_id& id) = 0;
  /// The ids that begin so, at most `count_max`, in their order: what an operator abbreviates.
  virtual store_result<std::vector<order_id>> orders_like(const std::string& prefix, std::size_t count_max) = 0;
  /// The order's facts with a sequence above `after`, in order; empty when there are none or no such order.
  virtual store_result<std::vector<fact>> history(const order_id& id, std::uint64_t after) = 0;

  virtual store_result<void> set_price(const sku& item, checkout::money price) = 0;
  virtual store_result<std::vector<catalog_entry>> catalog() = 0;
  /// `count` > 0 units come in; refused (nullopt) when the level would overflow.
  virtual store_result<std::optional<stock_level>> add_stock(const sku& item, checkout::quantity count) = 0;
  virtual store_result<std::vector<stock_level>> stock() = 0;
  /// `amount` > 0 credits come in; refused (nullopt) when the balance would overflow.
  virtual store_result<std::optional<wallet>> credit(const customer_id& customer, checkout::money amount) = 0;
  virtual store_result<wallet> find_wallet(const customer_id& customer) = 0;
  virtual store_result<std::vector<wallet>> wallets() = 0;

  /// Asks the living nodes of that name to hand over what they drive, and to leave; tells how many there are. Logged.
  virtual store_result<std::size_t> ask_to_drain(const std::string& node, const std::string& who, moment now) = 0;

  virtual store_result<store_status> status(moment now) = 0;
  /// Checks the promises 2, 4, 5 and 6 on one snapshot of the whole store.
  virtual store_result<audit_report> audit(moment now) = 0;
};

} // namespace sagad

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/ports/back_office.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad {

/// All that a store holds about one wallet. Zeros where it holds nothing.
struct wallet_account {
  customer_id customer;
  checkout::money balance = 0;
  checkout::money credited = 0;
  /// The sum of its charges that were not undone.
  checkout::money charged = 0;
};

/// All that a store holds about one item's shelf. Zeros where it holds nothing.
struct shelf_account {
  sku item;
  checkout::quantity available = 0;
  checkout::quantity reserved = 0;
  checkout::quantity added = 0;
  /// The sum of the reservations' units that were not released.
  checkout::quantity held_by_orders = 0;
};

/// What a participant remembers of one step of a saga.
struct inbox_account {
  std::string step;
  recorded what = recorded::nothing;
  std::string kind;
};

/// An effect with a row of its own beside the participant's memory: a charge, a reservation, a shipment.
struct effect_account {
  std::string step;
  std::string_view kind;
  bool in_force = false;
};

/// What the participants did for one saga.
struct effects_account {
  std::vector<inbox_account> inbox;
  std::vector<effect_account> effects;
};

/// All that a store holds about one order.
struct order_account {
  order_id id;
  /// None: the order's saga is missing.
  const saga* now = nullptr;
  /// The epoch of the node that drives it.
  std::optional<std::uint64_t> owner;
  /// A node may claim it, now or later.
  bool claimable = false;
  const effects_account& done;
};

/// Checks the promises 2, 4, 5 and 6 on what a store shows it, account by account. Pure; the same verdict for
/// every store that holds the same.
///
/// A store may hold only a part of the world. A participant's own store has effects for orders that live elsewhere,
/// and an orchestrator's store lacks the effects of participants that are played elsewhere; neither is a finding.
class auditor {
public:
  /// `begins` names the participant of each step, and must outlive the auditor. A step of another definition is
  /// taken to be played here.
  explicit auditor(const definition& begins) : begins_(begins) {}

  /// The epochs of all nodes that ever were. Show them before any order.
  void nodes(std::span<const std::uint64_t> epochs, std::uint64_t lease_epoch);
  /// Participants that some node played on this store. Of these, and of no others, an order's effects are expected
  /// here. May be called for each node; before any order.
  void plays(std::span<const std::string> participants);
  /// Whether any order was ever accepted here. Where none was, effects without one belong to orders elsewhere. Tell
  /// before any `stranger`.
  void takes_orders(bool any) { takes_orders_ = any; }
  void wallet(const wallet_account& w);
  void shelf(const shelf_account& s);
  void order(const order_account& o);
  /// An order whose saga is there, but cannot be read.
  void unreadable_order(const order_id& id, const std::string& why, const effects_account& done);
  /// What was done for a saga that no order began here: where orders live, it may be blocked, and no more.
  void stranger(std::string_view saga, const effects_account& done);

  audit_report report() && { return std::move(report_); }

private:
  void find(int promise, std::string_view check, std::string subject, std::string detail);
  void records_of(std::string_view saga, const effects_account& done);
  void effects_of(const order_account& o);
  void end_of(const order_account& o);
  void owner_of(const order_account& o);
  bool is_played_here(const saga& s, std::string_view step) const;

  const definition& begins_;
  audit_report report_;
  std::vector<std::uint64_t> epochs_;
  std::set<std::string, std::less<>> plays_;
  bool takes_orders_ = true;
};

} // namespace sagad

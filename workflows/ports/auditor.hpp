#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "workflows/ports/back_office.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/saga.hpp"

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

/// What a participant remembers of one step of an order.
struct inbox_account {
  std::string step;
  recorded what = recorded::nothing;
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
  std::span<const inbox_account> inbox;
};

/// Checks the promises 2, 4, 5 and 6 on what a store shows it, account by account. Pure; the same verdict for
/// every store that holds the same.
class auditor {
public:
  /// The epochs of all nodes that ever were. Show them before any order.
  void nodes(std::span<const std::uint64_t> epochs, std::uint64_t lease_epoch);
  void wallet(const wallet_account& w);
  void shelf(const shelf_account& s);
  void order(const order_account& o);
  /// An order whose saga is there, but cannot be read.
  void unreadable_saga(const order_id& id, const std::string& why);
  /// An effect in force whose saga no order began.
  void stray_effect(std::string_view saga, std::string_view step);
  /// An effect whose own row and whose recorded answer disagree on whether it is in force.
  void torn_effect(std::string_view saga, std::string_view step, std::string_view kind);

  audit_report report() && { return std::move(report_); }

private:
  void find(int promise, std::string_view check, std::string subject, std::string detail);
  void effects_of(const order_account& o);
  void end_of(const order_account& o);
  void owner_of(const order_account& o);

  audit_report report_;
  std::vector<std::uint64_t> epochs_;
};

} // namespace sagad

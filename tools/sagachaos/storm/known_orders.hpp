#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sagachaos/storm/plan.hpp"
#include "tools/sagachaos/storm/scenario.hpp"
#include "workflows/checkout/order.hpp"

namespace sagad::chaos::storm {

/// An order whose answer is known before it is submitted.
struct known_order {
  checkout::submission body;
  order_kind kind = order_kind::plain;
};

/// What must become of an order of that kind. Each may also be given up, `rolled_back` with `TIMEOUT` or `UNKNOWN`,
/// when a storm lasts longer than its steps' patience: then it must have cost nothing.
struct expectation {
  bool accepted = true;
  /// How it ends when nobody gives up: empty for one that is refused.
  std::string_view state;
  std::string_view outcome;
  /// What its submitter is told when it is refused.
  std::string_view refusal{};
};
expectation expected_of(order_kind kind);
inline bool is_given_up(std::string_view state, std::string_view outcome) {
  return state == "rolled_back" && (outcome == "TIMEOUT" || outcome == "UNKNOWN");
}

/// The shop that the orders are made for.
struct shop_goods {
  struct shelf {
    sku item;
    checkout::money price = 0;
    /// Zero: it is in the catalogue, and never was on the shelf.
    checkout::quantity units = 0;
  };
  std::vector<shelf> shelves;
  /// Who can pay for everything they order, and with what; everybody else begins with the nodes' initial credit.
  std::vector<customer_id> rich;
  checkout::money riches = 0;
};
inline constexpr checkout::money initial_credit = 500;
shop_goods goods_for(const scenario& s);

/// Makes up orders; the same seed makes the same ones. Not thread-safe.
class known_orders {
public:
  known_orders(const scenario& s, std::uint64_t seed) : scenario_(s), chance_(seed) {}

  known_order next();

private:
  order_kind draw_kind();
  fault stumble();

  const scenario& scenario_;
  chance chance_;
  std::size_t made_ = 0;
};

} // namespace sagad::chaos::storm

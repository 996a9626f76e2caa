#pragma once

#include <string>
#include <vector>

#include "tests/contracts/shop.hpp"

namespace sagad::tests {

using operations::operator_action;

/// A shop with an operator who repairs orders. Fails the test when the store does not work.
class repair_scene {
public:
  explicit repair_scene(shop in) : s(std::move(in)) {}

  /// Accepts orders, puts them on hold and lets them rest; nobody drives them then.
  void hold(const std::vector<std::string>& orders);
  /// Of these orders as they are now, paced by "mia's terminal".
  operation plan(const std::vector<std::string>& orders, std::size_t release,
                 operator_action what = operator_action::resume);
  /// Of the orders that this node is handed, in the order of the operation.
  std::vector<std::string> claim(std::size_t count_max = 100);

  /// The saga after the wish, with the repair's outcome, in one batch; not committed yet.
  batch applying(const std::string& operation, const std::string& order,
                 operator_action what = operator_action::resume);
  void apply(const std::string& operation, const std::string& order, operator_action what = operator_action::resume) {
    must(s.node().commit(applying(operation, order, what), s.now));
  }
  void give_up(const std::string& operation, const std::string& order, repair_state state);

  repair_counts counts(const std::string& operation) {
    return must(s.office().find_operation(operation)).value().counts;
  }
  repair one(const std::string& operation, const std::string& order);
  /// What the saga makes of an event.
  void tell(const std::string& order, event e);

  shop s;
};

inline constexpr auto terminal = "mia's terminal";

template <class Adapter>
repair_scene repairs_on(node_options options = shop::usual()) {
  return repair_scene{shop_on<Adapter>(std::move(options))};
}

} // namespace sagad::tests

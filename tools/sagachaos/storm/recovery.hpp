#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "workflows/moment.hpp"

namespace sagad::chaos::storm {

/// A fault was over.
struct fault_end {
  std::string what;
  moment at{};
};

/// How long it took from a fault's end to the first order that ended after it.
struct recovery {
  milliseconds took{0};
  std::string what;
};

/// The longest recovery; none when no order ended after any fault. `order_ends` in any order. Pure.
inline std::optional<recovery> worst_recovery(const std::vector<fault_end>& faults, std::vector<moment> order_ends) {
  std::sort(order_ends.begin(), order_ends.end());
  std::optional<recovery> worst;
  for (const fault_end& fault : faults) {
    const auto next = std::lower_bound(order_ends.begin(), order_ends.end(), fault.at);
    if (next != order_ends.end() && (!worst || *next - fault.at > worst->took))
      worst = recovery{.took = *next - fault.at, .what = fault.what};
  }
  return worst;
}

} // namespace sagad::chaos::storm

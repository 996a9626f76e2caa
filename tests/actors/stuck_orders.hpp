#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/actors/shop_on_virtual_time.hpp"

namespace sagad::tests {

/// No answer for so long: the order waits at this step.
inline fault stuck_at(std::string_view step, milliseconds delay = 1h) {
  return {.step = std::string{step}, .kind = fault_kind::stall, .times = 1, .delay = delay};
}

/// How often its history says so.
inline std::size_t said_of(shop_on_virtual_time& shop, const std::string& order, const std::string& type) {
  const auto history = shop.history(order);
  return static_cast<std::size_t>(std::count(history.begin(), history.end(), type));
}

} // namespace sagad::tests

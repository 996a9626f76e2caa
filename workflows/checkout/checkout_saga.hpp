#pragma once

#include <array>
#include <string_view>

#include "workflows/saga_definition.hpp"

namespace sagad::checkout {

/// The checkout: take the money, reserve the goods, book the delivery; once confirmed, only forward.
extern const definition checkout_saga;

/// The participants' names, as in their queues.
namespace participants {
inline constexpr std::string_view payment = "payment";
inline constexpr std::string_view inventory = "inventory";
inline constexpr std::string_view delivery = "delivery";
inline constexpr std::string_view orders = "orders";
inline constexpr std::string_view notification = "notification";
inline constexpr std::array every{payment, inventory, delivery, orders, notification};
} // namespace participants

} // namespace sagad::checkout

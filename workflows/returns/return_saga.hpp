#pragma once

#include "workflows/saga_definition.hpp"

namespace sagad::returns {

/// A return: have the parcel collected, look at the goods; once the return is accepted, put on the shelf what can
/// be sold again and pay the refund that the inspection found. Takes days, where the checkout takes seconds.
///
/// Starts with `{"order_id", "customer_id", "lines": [{"sku", "quantity", "unit_price"}]}`. The carrier answers
/// `{"parcel_id"}`, the warehouse `{"resellable": [{"sku", "quantity"}], "refund": cents}`.
extern const definition return_saga;

/// The participants' names, as in their queues.
namespace participants {
inline constexpr std::string_view carrier = "carrier";
inline constexpr std::string_view warehouse = "warehouse";
inline constexpr std::string_view returns_desk = "returns-desk";
inline constexpr std::string_view inventory = "inventory";
inline constexpr std::string_view payment = "payment";
} // namespace participants

} // namespace sagad::returns

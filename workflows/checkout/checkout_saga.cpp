#include "workflows/checkout/checkout_saga.hpp"

#include <array>

#include "workflows/saga.hpp"

namespace sagad::checkout {

using namespace std::chrono_literals;
using namespace participants;
using enum step_kind;

namespace {

json charge_payment(const json& order, const saga&) {
  return {{"customer_id", order.at("customer_id")}, {"amount", order.at("total")}};
}
json reserve_inventory(const json& order, const saga&) { return {{"lines", order.at("lines")}}; }
json schedule_delivery(const json& order, const saga&) { return {{"customer_id", order.at("customer_id")}}; }
json confirm_order(const json&, const saga&) { return json::object(); }
json notify_customer(const json& order, const saga&) { return {{"customer_id", order.at("customer_id")}}; }

constexpr auto patience = 3s;

constexpr std::array<saga_step, 5> steps{{
    {.name = "charge-payment",
     .participant = payment,
     .request = charge_payment,
     .undo = {.name = "refund-payment", .reply_timeout = patience},
     .reply_timeout = patience,
     .retry = up_to(3)},
    {.name = "reserve-inventory",
     .participant = inventory,
     .request = reserve_inventory,
     .undo = {.name = "release-inventory", .reply_timeout = patience},
     .reply_timeout = patience,
     .retry = up_to(3)},
    {.name = "schedule-delivery",
     .participant = delivery,
     .request = schedule_delivery,
     .undo = {.name = "cancel-delivery", .reply_timeout = patience},
     .reply_timeout = patience,
     .retry = up_to(3)},
    // From here on the customer has a contract. While it is in doubt whether they have, it can be withdrawn.
    {.name = "confirm-order",
     .kind = pivot,
     .participant = orders,
     .request = confirm_order,
     .undo = {.name = "withdraw-confirmation", .reply_timeout = patience},
     .reply_timeout = patience,
     .retry = up_to(3)},
    {.name = "notify-customer",
     .kind = retriable,
     .participant = notification,
     .request = notify_customer,
     .reply_timeout = patience,
     .retry = until_done},
}};

constexpr std::array<std::string_view, 3> outcomes{"INSUFFICIENT_FUND", "INSUFFICIENT_INVENTORY", "DELIVERY_FAILED"};

} // namespace

constexpr definition checkout_saga{.name = "checkout", .version = 1, .steps = steps, .outcomes = outcomes};
static_assert(is_well_formed(checkout_saga));

} // namespace sagad::checkout

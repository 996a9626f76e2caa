#include "workflows/returns/return_saga.hpp"

#include <array>

#include "workflows/saga.hpp"

namespace sagad::returns {

using namespace std::chrono_literals;
using namespace participants;
using enum step_kind;

namespace {

/// Null when the participant left it out: then the next one refuses to work with it, and the saga turns round or
/// is held. Never throws.
json found_in(const json& result, const char* field) {
  return result.is_object() && result.contains(field) ? result[field] : json();
}
json refund_found(const saga& so_far) { return found_in(result_of(so_far, "inspect-goods"), "refund"); }

json collect_parcel(const json& asked, const saga&) {
  return {{"order_id", asked.at("order_id")}, {"customer_id", asked.at("customer_id")}};
}
json inspect_goods(const json& asked, const saga& so_far) {
  return {{"parcel_id", found_in(result_of(so_far, "collect-parcel"), "parcel_id")}, {"lines", asked.at("lines")}};
}
json accept_return(const json& asked, const saga& so_far) {
  return {{"order_id", asked.at("order_id")}, {"refund", refund_found(so_far)}};
}
json restock_goods(const json&, const saga& so_far) {
  return {{"lines", found_in(result_of(so_far, "inspect-goods"), "resellable")}};
}
json refund_customer(const json& asked, const saga& so_far) {
  return {{"customer_id", asked.at("customer_id")}, {"amount", refund_found(so_far)}};
}

/// Until a carrier has rung at the door, or goods were unpacked, an answer takes its time.
constexpr auto a_day = 24h;
constexpr auto patience = 3s;

constexpr retry_policy daily_for_two_weeks{.attempts_max = 14,
                                           .backoff_initial = 1h,
                                           .factor = 1.0,
                                           .backoff_max = 1h,
                                           .jitter = 0.5,
                                           .total_timeout = 14 * a_day};

constexpr std::array<saga_step, 5> steps{{
    {.name = "collect-parcel",
     .participant = carrier,
     .request = collect_parcel,
     .undo = {.name = "call-off-collection", .reply_timeout = a_day},
     .reply_timeout = a_day,
     .retry = daily_for_two_weeks},
    {.name = "inspect-goods",
     .participant = warehouse,
     .request = inspect_goods,
     .undo = {.name = "send-goods-back", .reply_timeout = a_day},
     .reply_timeout = a_day,
     .retry = daily_for_two_weeks},
    // From here on the shop owes the refund.
    {.name = "accept-return",
     .kind = pivot,
     .participant = returns_desk,
     .request = accept_return,
     .undo = {.name = "withdraw-acceptance", .reply_timeout = patience},
     .reply_timeout = patience,
     .retry = up_to(3)},
    {.name = "restock-goods",
     .kind = retriable,
     .participant = inventory,
     .request = restock_goods,
     .reply_timeout = patience,
     .retry = until_done},
    {.name = "refund-customer",
     .kind = retriable,
     .participant = payment,
     .request = refund_customer,
     .reply_timeout = patience,
     .retry = until_done},
}};

constexpr std::array<std::string_view, 3> outcomes{"PARCEL_NOT_HANDED_OVER", "GOODS_NOT_ACCEPTED", "RETURN_TOO_LATE"};

} // namespace

constexpr definition return_saga{.name = "return", .version = 1, .steps = steps, .outcomes = outcomes};
static_assert(is_well_formed(return_saga));

} // namespace sagad::returns

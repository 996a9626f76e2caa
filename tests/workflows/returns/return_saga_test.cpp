#include <chrono>

#include <catch2/catch.hpp>

#include "tests/workflows/saga_script.hpp"
#include "workflows/returns/return_saga.hpp"

// A question and its answer stay on one line.
// clang-format off

namespace sagad::tests {

using namespace std::chrono_literals;
using returns::return_saga;
using enum saga_state;

namespace {

const json lines = {{{"sku", "teapot"}, {"quantity", 2}, {"unit_price", 1'500}}};
const json one_teapot_whole = {{{"sku", "teapot"}, {"quantity", 1}}};

saga_script asked_for_return() {
  return {return_saga, {{"order_id", "o-1"}, {"customer_id", "alice"}, {"lines", lines}}};
}

/// One of the two teapots arrived broken: it is worth a third.
saga_script inspected_return() {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").then(ok({{"parcel_id", "p-7"}}))
      .sends("warehouse", "inspect-goods").then(ok({{"resellable", one_teapot_whole}, {"refund", 2'000}}));
  return parcel;
}

} // namespace

TEST_CASE("a return pays what the inspection found, and shelves only what can be sold again", "[return]") {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").with({{"order_id", "o-1"}, {"customer_id", "alice"}})
          .then(ok({{"parcel_id", "p-7"}}))
      .sends("warehouse", "inspect-goods").with({{"parcel_id", "p-7"}, {"lines", lines}})
          .then(ok({{"resellable", one_teapot_whole}, {"refund", 2'000}}))
      .sends("returns-desk", "accept-return").with({{"order_id", "o-1"}, {"refund", 2'000}}).then(ok())
      .commits_first()
      .sends("inventory", "restock-goods").with({{"lines", one_teapot_whole}}).then(ok())
      .sends("payment", "refund-customer").with({{"customer_id", "alice"}, {"amount", 2'000}}).then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("who hands over no parcel gets no refund", "[return]") {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").then(refused("PARCEL_NOT_HANDED_OVER"))
      .ends(rolled_back, "PARCEL_NOT_HANDED_OVER");
}

TEST_CASE("a return of the wrong goods is called off", "[return]") {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").then(ok({{"parcel_id", "p-7"}}))
      .sends("warehouse", "inspect-goods").then(refused("GOODS_NOT_ACCEPTED"))
      .sends("carrier", "call-off-collection").with({{"order_id", "o-1"}, {"customer_id", "alice"}}).then(ok())
      .ends(rolled_back, "GOODS_NOT_ACCEPTED");
}

TEST_CASE("a return that comes too late goes back to the customer", "[return]") {
  saga_script parcel = inspected_return();
  parcel.sends("returns-desk", "accept-return").then(refused("RETURN_TOO_LATE"))
      .sends("warehouse", "send-goods-back").with({{"parcel_id", "p-7"}, {"lines", lines}}).then(ok())
      .sends("carrier", "call-off-collection").then(ok())
      .ends(rolled_back, "RETURN_TOO_LATE");
}

TEST_CASE("a carrier is given two weeks, and asked about it daily", "[return]") {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").then(timed_out())
      .pauses(1h)
      .probes("carrier", "collect-parcel").then(not_found());
  for (int day = 2; day < 14; ++day)
    parcel.sends("carrier", "collect-parcel").as_attempt(day).then(timed_out())
        .probes("carrier", "collect-parcel").then(not_found());
  parcel.sends("carrier", "collect-parcel").then(timed_out())
      .probes("carrier", "collect-parcel").then(not_found())
      .sends("carrier", "call-off-collection").then(ok())
      .ends(rolled_back, "TIMEOUT");
}

TEST_CASE("a return can be called off until it is accepted", "[return]") {
  saga_script parcel = inspected_return();
  SECTION("while the desk decides") {
    parcel.sends("returns-desk", "accept-return").cancel()
        .sends("returns-desk", "withdraw-acceptance").then(ok())
        .sends("warehouse", "send-goods-back").then(ok())
        .sends("carrier", "call-off-collection").then(ok())
        .ends(rolled_back, "CANCELLED");
  }
  SECTION("not afterwards") {
    parcel.sends("returns-desk", "accept-return").then(ok())
        .cancel(verdict::too_late)
        .sends("inventory", "restock-goods");
  }
}

TEST_CASE("a warehouse that forgets to name the refund is found out before any money moves", "[return]") {
  saga_script parcel = asked_for_return();
  parcel.sends("carrier", "collect-parcel").then(ok("not even an object"))
      .sends("warehouse", "inspect-goods").with({{"parcel_id", nullptr}, {"lines", lines}}).then(ok())
      .sends("returns-desk", "accept-return").with({{"order_id", "o-1"}, {"refund", nullptr}})
          .then(refused("BAD_PAYLOAD"))
      .sends("warehouse", "send-goods-back").then(ok())
      .sends("carrier", "call-off-collection").then(ok())
      .ends(rolled_back, "UNKNOWN");
}

} // namespace sagad::tests

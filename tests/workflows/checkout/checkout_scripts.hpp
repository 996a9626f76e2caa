#pragma once

#include <chrono>
#include <cstdint>

#include <catch2/catch.hpp>

#include "tests/workflows/saga_script.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::tests {

using namespace std::chrono_literals;
using checkout::checkout_saga;
using enum saga_state;

inline json order_of(std::int64_t total) {
  return {{"order_id", "o-1"},
          {"customer_id", "alice"},
          {"lines", {{{"sku", "late_token"}, {"quantity", 1}, {"unit_price", total}}}},
          {"total", total}};
}

inline step_settings attempts(int number) {
  step_settings settings;
  settings.attempts = number;
  return settings;
}

/// The checkout as an operator tuned it; outlives its scripts.
class tuned_checkout {
public:
  explicit tuned_checkout(const settings_by_step& settings) { REQUIRE(catalog_.add(checkout_saga, settings)); }
  const definition& saga() const { return *catalog_.find("checkout", 1); }

private:
  saga_catalog catalog_;
};

// The parts that most stories have in common.

inline saga_script paid_checkout(const definition& def = checkout_saga) {
  saga_script checkout{def, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok());
  return checkout;
}

inline saga_script reserved_checkout(const definition& def = checkout_saga) {
  saga_script checkout = paid_checkout(def);
  checkout.sends("inventory", "reserve-inventory").then(ok());
  return checkout;
}

inline saga_script booked_checkout(const definition& def = checkout_saga) {
  saga_script checkout = reserved_checkout(def);
  checkout.sends("delivery", "schedule-delivery").then(ok());
  return checkout;
}

inline saga_script confirmed_checkout() {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order").then(ok());
  return checkout;
}

/// Everything is given back, the last first.
inline saga_script& gives_all_back(saga_script& checkout) {
  return checkout.sends("delivery", "cancel-delivery")
      .then(ok())
      .sends("inventory", "release-inventory")
      .then(ok())
      .sends("payment", "refund-payment")
      .then(ok());
}

} // namespace sagad::tests

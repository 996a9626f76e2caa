#pragma once

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/saga_catalog.hpp"

/// Orders as the operator's tools see them, told by the scripts of the machine's own tests.
namespace sagad::tests {

/// The checkout with one attempt for everything: what fails is held, or turns round, at once.
inline const saga_catalog& impatient_catalog() {
  static const saga_catalog known = [] {
    saga_catalog c;
    settings_by_step once;
    for (const saga_step& step : checkout_saga.steps) {
      once[std::string{step.name}] = attempts(1);
      if (step.has_undo())
        once[std::string{step.undo.name}] = attempts(1);
    }
    REQUIRE(c.add(checkout_saga, once));
    return c;
  }();
  return known;
}

inline const definition& impatient_checkout() { return *impatient_catalog().find("checkout", 1); }

inline order_view view_of(saga now, std::string id = "o-1", checkout::money total = 2'500) {
  now.id = saga_id{id};
  now.order = order_id{std::move(id)};
  return {.now = std::move(now), .customer = customer_id{"alice"}, .total = total, .owner = "node-1"};
}

/// Held: the refund is refused.
inline saga_script unrefunded() {
  saga_script s = paid_checkout(impatient_checkout());
  s.sends("inventory", "reserve-inventory")
      .then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment")
      .then(refused("TILL_CLOSED"));
  return s;
}

/// Pausing: the charge was not answered.
inline saga_script uncharged() {
  saga_script s{checkout_saga, order_of(2'500)};
  s.sends("payment", "charge-payment").then(timed_out());
  return s;
}

} // namespace sagad::tests

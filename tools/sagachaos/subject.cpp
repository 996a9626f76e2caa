#include "tools/sagachaos/subject.hpp"

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ports/ledger_rules.hpp"
#include "workflows/returns/return_saga.hpp"

namespace sagad::chaos {

subject checkout_subject() {
  subject s;
  s.saga = &checkout::checkout_saga;
  s.with_money_and_stock = true;
  return s;
}

subject return_subject() {
  subject s;
  s.saga = &returns::return_saga;
  s.participants.emplace(returns::participants::carrier, [](const command& c) {
    return done({{"parcel_id", "parcel-of-" + c.order.value}});
  });
  s.participants.emplace(returns::participants::warehouse, [](const command&) {
    return done({{"resellable", {{{"sku", "token"}, {"quantity", 1}}}}, {"refund", 50}});
  });
  return s;
}

} // namespace sagad::chaos

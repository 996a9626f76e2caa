#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"

// A question and its answer stay on one line.
// clang-format off

namespace sagad::tests {

TEST_CASE("an order that everybody agrees to is paid, reserved, booked, confirmed, and told of", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory").then(ok())
      .sends("delivery", "schedule-delivery").then(ok())
      .sends("orders", "confirm-order").then(ok())
      .sends("notification", "notify-customer").then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("who cannot pay has nothing to get back", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(refused("INSUFFICIENT_FUND"))
      .ends(rolled_back, "INSUFFICIENT_FUND");
}

TEST_CASE("an empty shelf gives the money back", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("a delivery that cannot be booked gives the goods back, then the money", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory").then(ok())
      .sends("delivery", "schedule-delivery").then(refused("DELIVERY_FAILED"))
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "DELIVERY_FAILED");
}

TEST_CASE("an order that may not be confirmed gives everything back", "[checkout]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order").then(refused("DELIVERY_FAILED"));
  gives_all_back(checkout).ends(rolled_back, "DELIVERY_FAILED");
}

TEST_CASE("a refusal that the checkout does not know ends as UNKNOWN, and the step keeps its code", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(refused("CARD_STOLEN")).ends(rolled_back, "UNKNOWN");
  CHECK(checkout.now().steps[0].code == "CARD_STOLEN");
  CHECK(checkout.now().last_error == "charge-payment: CARD_STOLEN");
}

TEST_CASE("each participant is told what it needs, and an undo the same as its do", "[checkout]") {
  const json order = order_of(2'500);
  saga_script checkout{checkout_saga, order};
  checkout.sends("payment", "charge-payment").with({{"customer_id", "alice"}, {"amount", 2'500}}).then(ok())
      .sends("inventory", "reserve-inventory").with({{"lines", order["lines"]}}).then(ok())
      .sends("delivery", "schedule-delivery").with({{"customer_id", "alice"}}).then(refused("DELIVERY_FAILED"))
      .sends("inventory", "release-inventory").with({{"lines", order["lines"]}}).then(ok())
      .sends("payment", "refund-payment").with({{"customer_id", "alice"}, {"amount", 2'500}}).then(ok())
      .ends(rolled_back, "DELIVERY_FAILED");
}

TEST_CASE("a step's do, its probe and its undo carry one key, so that its participant knows them for the same",
          "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment");
  CHECK(checkout.question().idempotency_key == "o-1/charge-payment");
  checkout.then(timed_out()).probes("payment", "charge-payment");
  CHECK(checkout.question().idempotency_key == "o-1/charge-payment");
  checkout.cancel().sends("payment", "refund-payment");
  CHECK(checkout.question().idempotency_key == "o-1/charge-payment");
  CHECK(checkout.question().step == "charge-payment");
}

TEST_CASE("what the participants answered stays with the order", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok({{"balance", 7}})).sends("inventory", "reserve-inventory");
  CHECK(result_of(checkout.now(), "charge-payment") == json{{"balance", 7}});
  CHECK(result_of(checkout.now(), "reserve-inventory").is_null());
  CHECK(result_of(checkout.now(), "no-such-step").is_null());
}

TEST_CASE("only the pivot and the end keep a good order waiting for a commit", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.records_behind().sends("payment", "charge-payment").then(ok())
      .records_behind().sends("inventory", "reserve-inventory").then(ok())
      .records_behind().sends("delivery", "schedule-delivery").then(ok())
      .records_behind().sends("orders", "confirm-order").then(ok())
      .commits_first().sends("notification", "notify-customer").then(ok())
      .commits_first().ends(completed, "SUCCESS");
}

TEST_CASE("the first undo leaves only when the turn is durable; the others need not wait", "[checkout]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order").then(refused("DELIVERY_FAILED"))
      .commits_first().sends("delivery", "cancel-delivery").then(ok())
      .records_behind().sends("inventory", "release-inventory").then(timed_out())
      .records_behind().sends("inventory", "release-inventory").then(ok())
      .records_behind().sends("payment", "refund-payment").then(ok())
      .commits_first().ends(rolled_back, "DELIVERY_FAILED");
}

TEST_CASE("an order's history tells everything that happened to it, numbered without a gap", "[checkout]") {
  saga_script checkout = reserved_checkout();
  checkout.sends("delivery", "schedule-delivery").then(timed_out())
      .probes("delivery", "schedule-delivery").then(refused("DELIVERY_FAILED"))
      .sends("inventory", "release-inventory").then(failed())
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "DELIVERY_FAILED");
  CHECK(checkout.history() == std::vector<std::string>{"order.step.charge-payment.succeeded",
                                                       "order.step.reserve-inventory.succeeded",
                                                       "order.step.schedule-delivery.timed-out",
                                                       "order.step.schedule-delivery.refused",
                                                       "order.compensating",
                                                       "order.step.release-inventory.failed",
                                                       "order.step.release-inventory.succeeded",
                                                       "order.step.refund-payment.succeeded",
                                                       "order.rolled_back"});
  std::uint64_t sequence = 1; // order.accepted
  for (const fact& f : checkout.facts())
    CHECK(f.sequence == ++sequence);
  CHECK(checkout.now().sequence == sequence);
}

TEST_CASE("where nothing was done, history speaks of no compensation", "[checkout]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(refused("INSUFFICIENT_FUND"));
  CHECK(checkout.history() == std::vector<std::string>{"order.step.charge-payment.refused", "order.rolled_back"});
}

} // namespace sagad::tests

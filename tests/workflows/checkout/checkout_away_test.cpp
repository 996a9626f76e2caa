#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"

// A question and its answer stay on one line.
// clang-format off

/// What a checkout does when a command reaches nobody: its participant, the broker or the store is away.
namespace sagad::tests {

namespace {

step_settings within(milliseconds total_timeout) {
  step_settings settings;
  settings.total_timeout = total_timeout;
  return settings;
}

} // namespace

TEST_CASE("a participant that is away delays an order and uses up none of its attempts", "[checkout][away]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  for (int tries = 0; tries < 20; ++tries)
    checkout.sends("payment", "charge-payment").as_attempt(1).then(reached_nobody()).records_behind();
  checkout.sends("payment", "charge-payment").as_attempt(1).then(ok())
      .sends("inventory", "reserve-inventory");
  CHECK(checkout.now().steps[0].attempts == 1);
}

TEST_CASE("the pauses for a participant that is away grow with its absence, up to five seconds", "[checkout][away]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  const auto away = [&](milliseconds pause) {
    checkout.sends("payment", "charge-payment").then(reached_nobody()).pauses(pause);
  };
  for (const auto pause : {100ms, 100ms, 100ms, 150ms, 225ms, 337ms, 506ms, 759ms, 1'138ms, 1'707ms, 2'561ms, 3'841ms})
    away(pause);
  away(5s);
  away(5s);
}

TEST_CASE("that a participant is away is told once in the history, not at each try", "[checkout][away]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  for (int tries = 0; tries < 3; ++tries)
    checkout.sends("payment", "charge-payment").then(reached_nobody());
  CHECK(checkout.history() == std::vector<std::string>{"order.step.charge-payment.undelivered"});
  CHECK(checkout.now().last_error == "charge-payment: PARTICIPANT_AWAY");
  checkout.sends("payment", "charge-payment").then(reached_nobody(codes::broker_away));
  CHECK(checkout.history().size() == 2);
}

TEST_CASE("that commands are kept from a silent participant is no news of an order that met the silence itself",
          "[checkout][away]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out());
  for (int tries = 0; tries < 3; ++tries)
    checkout.probes("payment", "charge-payment").then(reached_nobody(codes::circuit_open));
  CHECK(checkout.history() == std::vector<std::string>{"order.step.charge-payment.timed-out"});
  CHECK(checkout.now().wrong.code == "TIMEOUT");
}

TEST_CASE("an order whose own deadline passes while a participant is away turns round as TIMEOUT", "[checkout][away]") {
  const tuned_checkout impatient{{{"reserve-inventory", within(1s)}}};
  saga_script checkout = paid_checkout(impatient.saga());
  for (int tries = 0; tries < 7; ++tries) // the last at the deadline
    checkout.sends("inventory", "reserve-inventory").then(reached_nobody());
  checkout.probes("inventory", "reserve-inventory").then(reached_nobody())
      .sends("inventory", "release-inventory").then(ok()) // for all that is known it may have happened
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "TIMEOUT");
}

TEST_CASE("an undo waits for its participant, however long that is away, and is not held", "[checkout][away]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"));
  for (int tries = 0; tries < 100; ++tries)
    checkout.sends("payment", "refund-payment").as_attempt(1).then(reached_nobody());
  checkout.sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("an order that was held while its participant was away asks again when it is resumed", "[checkout][away]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment")
      .hold()
      .then(reached_nobody())
      .stands(held)
      .resume()
      .sends("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory");
}

} // namespace sagad::tests

#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"

// A question and its answer stay on one line.
// clang-format off

/// What a checkout does when it does not know whether something happened.
namespace sagad::tests {

TEST_CASE("a charge whose answer got lost is found by probing, and not made again", "[checkout][doubt]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .pauses(200ms)
      .probes("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory");
  CHECK(checkout.now().steps[0].attempts == 1);
}

TEST_CASE("a charge that never arrived is asked for again", "[checkout][doubt]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").as_attempt(1).then(timed_out())
      .probes("payment", "charge-payment").then(not_found())
      .sends("payment", "charge-payment").as_attempt(2).then(ok())
      .sends("inventory", "reserve-inventory");
  CHECK(checkout.now().steps[0].attempts == 2);
}

TEST_CASE("a participant whose handler died is probed before it is asked again", "[checkout][doubt]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(failed())
      .probes("payment", "charge-payment").then(not_found())
      .sends("payment", "charge-payment").as_attempt(2);
}

TEST_CASE("a probe that finds a refusal turns the order round, with nothing of that step to undo",
          "[checkout][doubt]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(timed_out())
      .probes("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("when all attempts are used up the order turns round, and undoes the doubtful step too",
          "[checkout][doubt]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(timed_out())
      .pauses(200ms)
      .probes("inventory", "reserve-inventory").then(timed_out())
      .sends("inventory", "reserve-inventory").then(timed_out())
      .pauses(400ms)
      .probes("inventory", "reserve-inventory").then(not_found())
      .sends("inventory", "reserve-inventory").as_attempt(3).then(timed_out())
      .probes("inventory", "reserve-inventory").then(timed_out()) // once more, at once
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "TIMEOUT");
}

TEST_CASE("a participant that keeps dying ends the order as UNKNOWN", "[checkout][doubt]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  for (int attempt = 1; attempt <= 3; ++attempt)
    checkout.sends("payment", "charge-payment").as_attempt(attempt).then(failed())
        .probes("payment", "charge-payment").then(failed());
  checkout.sends("payment", "refund-payment").then(ok()).ends(rolled_back, "UNKNOWN");
}

TEST_CASE("a success that arrives after the timeout changes nothing: one refund, TIMEOUT", "[checkout][doubt]") {
  const tuned_checkout once{{{"charge-payment", attempts(1)}}};
  saga_script checkout{once.saga(), order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .late("charge-payment", ok())
      .probes("payment", "charge-payment").then(timed_out())
      .late("charge-payment", ok())
      .sends("payment", "refund-payment")
      .late("charge-payment", ok())
      .then(ok())
      .late("charge-payment", ok())
      .ends(rolled_back, "TIMEOUT");
}

TEST_CASE("a confirmation in doubt is withdrawn before anything is undone", "[checkout][doubt]") {
  const tuned_checkout once{{{"confirm-order", attempts(1)}}};
  saga_script checkout = booked_checkout(once.saga());
  checkout.sends("orders", "confirm-order").then(timed_out())
      .probes("orders", "confirm-order").then(not_found())
      .commits_first().stands(running)
      .sends("orders", "withdraw-confirmation").then(ok())
      .commits_first().stands(compensating);
  gives_all_back(checkout).ends(rolled_back, "TIMEOUT");
}

TEST_CASE("a confirmation that cannot be withdrawn had happened: the order goes forward", "[checkout][doubt]") {
  const tuned_checkout once{{{"confirm-order", attempts(1)}}};
  saga_script checkout = booked_checkout(once.saga());
  checkout.sends("orders", "confirm-order").then(timed_out())
      .probes("orders", "confirm-order").then(timed_out())
      .sends("orders", "withdraw-confirmation").then(refused("PAST_PIVOT"))
      .commits_first()
      .sends("notification", "notify-customer").then(ok())
      .ends(completed, "SUCCESS");
  CHECK(checkout.now().steps[3].code.empty());
}

TEST_CASE("an undo that fails is repeated until it is done, and done once", "[checkout][doubt]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(failed()).pauses(200ms)
      .sends("payment", "refund-payment").then(timed_out()).pauses(400ms)
      .sends("payment", "refund-payment").then(refused("TILL_CLOSED")).pauses(800ms)
      .sends("payment", "refund-payment").as_attempt(4).then(ok())
      .repeated("refund-payment", ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("an undo that cannot be done is held for a person, and goes on where it stopped", "[checkout][doubt]") {
  const tuned_checkout twice{{{"release-inventory", attempts(2)}}};
  saga_script checkout = reserved_checkout(twice.saga());
  checkout.sends("delivery", "schedule-delivery").then(refused("DELIVERY_FAILED"))
      .sends("inventory", "release-inventory").then(failed())
      .sends("inventory", "release-inventory").then(failed("STORE_UNAVAILABLE"))
      .commits_first()
      .is_held("undo exhausted: release-inventory: STORE_UNAVAILABLE")
      .resume()
      .sends("inventory", "release-inventory").as_attempt(3).then(failed())
      .pauses(200ms) // it is patient again
      .sends("inventory", "release-inventory").as_attempt(4).then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "DELIVERY_FAILED");
}

TEST_CASE("a notice refused after the confirmation is held for a person; nothing is taken back", "[checkout][doubt]") {
  saga_script checkout = confirmed_checkout();
  checkout.sends("notification", "notify-customer").then(refused("NO_ADDRESS"))
      .commits_first()
      .is_held("notify-customer: NO_ADDRESS")
      .resume()
      .sends("notification", "notify-customer").then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("a notice that does not get through for a day is held for a person", "[checkout][doubt]") {
  saga_script checkout = confirmed_checkout();
  checkout.sends("notification", "notify-customer").time_passes(24h).then(failed())
      .probes("notification", "notify-customer").then(not_found())
      .is_held("retries exhausted: notify-customer: HANDLER_DIED")
      .resume()
      .probes("notification", "notify-customer").then(not_found())
      .sends("notification", "notify-customer").as_attempt(2).then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("pauses grow, up to a cap", "[checkout][doubt]") {
  settings_by_step settings{{"charge-payment", attempts(5)}};
  settings["charge-payment"].backoff_initial = 100ms;
  settings["charge-payment"].backoff_max = 300ms;
  const tuned_checkout capped{settings};
  saga_script checkout{capped.saga(), order_of(2'500)};
  for (const auto pause : {100ms, 200ms, 300ms, 300ms})
    checkout.sends("payment", "charge-payment").then(timed_out())
        .pauses(pause)
        .probes("payment", "charge-payment").then(not_found());
}

TEST_CASE("chance shortens the pauses, so that orders that failed together do not come back together",
          "[checkout][doubt]") {
  saga_script checkout{checkout_saga, order_of(2'500), 0.5};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .pauses(150ms)
      .probes("payment", "charge-payment").then(not_found())
      .sends("payment", "charge-payment").then(timed_out())
      .pauses(300ms);
}

TEST_CASE("a total timeout ends the retries whatever attempts are left", "[checkout][doubt]") {
  settings_by_step settings{{"charge-payment", attempts(1'000)}};
  settings["charge-payment"].total_timeout = 10s;
  const tuned_checkout bounded{settings};
  saga_script checkout{bounded.saga(), order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out()) // 3 s
      .probes("payment", "charge-payment").then(timed_out())    // 6.2 s
      .sends("payment", "charge-payment").then(timed_out())     // 9.2 s
      .probes("payment", "charge-payment").then(timed_out())    // 12.6 s
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "TIMEOUT");
}

} // namespace sagad::tests

#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"

// A question and its answer stay on one line.
// clang-format off

/// What an operator can do for a checkout that fails: try now, give up, or settle a step by hand.
namespace sagad::tests {

namespace {

/// Its refund is refused until it is held.
saga_script unrefunded_checkout(const tuned_checkout& once) {
  saga_script checkout = paid_checkout(once.saga());
  checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(refused("TILL_CLOSED"))
      .is_held("undo exhausted: refund-payment: TILL_CLOSED");
  return checkout;
}

tuned_checkout with_one_attempt(const std::string& name) { return tuned_checkout{{{name, attempts(1)}}}; }

} // namespace

// --- retry ---------------------------------------------------------------------------------------------------

TEST_CASE("a retry asks at once what would have been asked after the pause, as no additional attempt",
          "[checkout][retry]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(failed())
      .retry().commits_first()
      .sends("payment", "refund-payment").as_attempt(2).then(failed())
      .pauses(400ms) // as long as without the retry
      .sends("payment", "refund-payment").as_attempt(3).then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("a retry of a step in doubt probes at once", "[checkout][retry]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .retry()
      .probes("payment", "charge-payment").then(ok())
      .sends("inventory", "reserve-inventory");
}

TEST_CASE("a retry reaches a participant that came back before the pause was over", "[checkout][retry]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(reached_nobody(codes::participant_held))
      .retry()
      .sends("payment", "charge-payment").as_attempt(1).then(reached_nobody(codes::circuit_open))
      .retry()
      .sends("payment", "charge-payment").as_attempt(1).then(ok())
      .sends("inventory", "reserve-inventory");
}

TEST_CASE("a retry leaves alone what waits for an answer, is held, has not begun, or is over", "[checkout][retry]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory")
      .retry(verdict::awaiting)
      .hold()
      .retry(verdict::unfit)
      .cancel()
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .retry(verdict::too_late)
      .ends(rolled_back, "CANCELLED");
  const saga accepted = begin(checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, moment{});
  CHECK(advance(checkout_saga, accepted, {.what = event::kind::retry}).what == verdict::unfit);
}

// --- compensate ----------------------------------------------------------------------------------------------

TEST_CASE("an order that is given up ends with what it was failing of", "[checkout][compensate]") {
  saga_script checkout = paid_checkout();
  SECTION("no answer") {
    checkout.sends("inventory", "reserve-inventory").then(timed_out()).compensate().commits_first()
        .sends("inventory", "release-inventory").then(ok())
        .sends("payment", "refund-payment").then(ok())
        .ends(rolled_back, "TIMEOUT");
  }
  SECTION("a code of the participant's own that is no outcome") {
    checkout.sends("inventory", "reserve-inventory").then(failed("SHELF_ON_FIRE")).compensate()
        .sends("inventory", "release-inventory").then(ok())
        .sends("payment", "refund-payment").then(ok())
        .ends(rolled_back, "UNKNOWN");
  }
  SECTION("a failure with a code that is an outcome") {
    checkout.sends("inventory", "reserve-inventory").then(failed("INSUFFICIENT_INVENTORY")).compensate()
        .sends("inventory", "release-inventory").then(ok())
        .sends("payment", "refund-payment").then(ok())
        .ends(rolled_back, "INSUFFICIENT_INVENTORY");
  }
  SECTION("nothing yet") {
    checkout.sends("inventory", "reserve-inventory").compensate()
        .sends("inventory", "release-inventory").then(ok())
        .sends("payment", "refund-payment").then(ok())
        .ends(rolled_back, "UNKNOWN");
  }
}

TEST_CASE("a held order that is given up goes back, and says what it was failing of", "[checkout][compensate]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(timed_out()).hold().compensate()
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "TIMEOUT");
}

TEST_CASE("an order that is given up while its confirmation is in doubt withdraws it first", "[checkout][compensate]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order").then(timed_out()).compensate().commits_first()
      .sends("orders", "withdraw-confirmation")
      .compensate(verdict::repeated);
  SECTION("it had not happened") {
    checkout.then(ok());
    gives_all_back(checkout).ends(rolled_back, "TIMEOUT");
  }
  SECTION("it had happened") {
    checkout.then(refused("PAST_PIVOT")).sends("notification", "notify-customer").then(ok()).ends(completed, "SUCCESS");
  }
  SECTION("and then cancelled") {
    checkout.cancel().sends("orders", "withdraw-confirmation").then(ok());
    gives_all_back(checkout).ends(rolled_back, "CANCELLED");
  }
}

TEST_CASE("what turns round, is past its confirmation, or is over cannot be given up", "[checkout][compensate]") {
  SECTION("turns round") {
    saga_script checkout = paid_checkout();
    checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
        .compensate(verdict::repeated)
        .sends("payment", "refund-payment").then(ok())
        .compensate(verdict::too_late)
        .ends(rolled_back, "INSUFFICIENT_INVENTORY");
  }
  SECTION("confirmed") {
    confirmed_checkout().sends("notification", "notify-customer").then(failed())
        .compensate(verdict::too_late)
        .hold()
        .compensate(verdict::too_late);
  }
}

// --- skip ----------------------------------------------------------------------------------------------------

TEST_CASE("an undo that cannot be done is settled by a person, and the order ends", "[checkout][skip]") {
  const auto once = with_one_attempt("refund-payment");
  saga_script checkout = unrefunded_checkout(once);
  checkout.skip().commits_first()
      .repeated("refund-payment", ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
  const step_record& charge = checkout.now().steps[0];
  CHECK(charge.state == step_state::undone);
  CHECK(charge.skipped == action::undo);
  CHECK(is_on_a_persons_word(charge));
}

TEST_CASE("who skipped a step and why stands in the order's history", "[checkout][skip]") {
  const auto once = with_one_attempt("refund-payment");
  saga_script checkout = unrefunded_checkout(once);
  checkout.skip();
  const fact& told = checkout.facts().at(checkout.facts().size() - 2);
  CHECK(told.type == "order.step.refund-payment.skipped");
  CHECK(told.code == "TILL_CLOSED");
  CHECK(told.detail == "alice: done by hand");
}

TEST_CASE("a step in doubt is settled with the answer that a person gives", "[checkout][skip]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .skip({{"receipt", "r-7"}}).commits_first()
      .sends("inventory", "reserve-inventory");
  CHECK(result_of(checkout.now(), "charge-payment") == json{{"receipt", "r-7"}});
  CHECK(is_on_a_persons_word(checkout.now().steps[0]));
}

TEST_CASE("a skipped step is undone like any other when the order turns round, and is then certain again",
          "[checkout][skip]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out()).skip()
      .sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
  CHECK(checkout.now().steps[0].skipped == action::perform);
  CHECK_FALSE(is_on_a_persons_word(checkout.now().steps[0]));
}

TEST_CASE("a skipped confirmation is one: there is no way back", "[checkout][skip]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order").then(timed_out())
      .skip().commits_first()
      .sends("notification", "notify-customer")
      .cancel(verdict::too_late)
      .then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("a skipped withdrawal means that nothing was confirmed: the order goes back", "[checkout][skip]") {
  const auto once = with_one_attempt("withdraw-confirmation");
  saga_script checkout = booked_checkout(once.saga());
  checkout.sends("orders", "confirm-order").then(timed_out()).compensate()
      .sends("orders", "withdraw-confirmation").then(timed_out())
      .stands(held)
      .skip();
  gives_all_back(checkout).ends(rolled_back, "TIMEOUT");
}

TEST_CASE("a notice that was refused is settled by a person, and the order completes", "[checkout][skip]") {
  saga_script checkout = confirmed_checkout();
  checkout.sends("notification", "notify-customer").then(refused("NO_ADDRESS"))
      .is_held("notify-customer: NO_ADDRESS")
      .skip()
      .ends(completed, "SUCCESS");
  CHECK(is_on_a_persons_word(checkout.now().steps[4]));
}

TEST_CASE("nothing is skipped while an answer may come, held or not", "[checkout][skip]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment")
      .skip(nullptr, verdict::awaiting)
      .hold()
      .time_passes(2'999ms).skip(nullptr, verdict::awaiting)
      .time_passes(1ms).skip()
      .repeated("charge-payment", refused("INSUFFICIENT_FUND"))
      .sends("inventory", "reserve-inventory");
}

TEST_CASE("only what is stuck is skipped: not what has not begun, was answered, or is over", "[checkout][skip]") {
  SECTION("not begun") {
    const saga accepted = begin(checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, moment{});
    const saga held_at_once = advance(checkout_saga, accepted, {.what = event::kind::hold}).after;
    CHECK(advance(checkout_saga, accepted, {.what = event::kind::skip}).what == verdict::unfit);
    CHECK(advance(checkout_saga, held_at_once, {.what = event::kind::skip}).what == verdict::unfit);
  }
  SECTION("answered while it was held") {
    paid_checkout().sends("inventory", "reserve-inventory").hold().then(refused("INSUFFICIENT_INVENTORY"))
        .skip(nullptr, verdict::unfit);
    paid_checkout().sends("inventory", "reserve-inventory").hold().then(ok()).skip(nullptr, verdict::unfit);
  }
  SECTION("over") {
    saga_script checkout{checkout_saga, order_of(2'500)};
    checkout.sends("payment", "charge-payment").then(refused("INSUFFICIENT_FUND"))
        .skip(nullptr, verdict::too_late)
        .ends(rolled_back, "INSUFFICIENT_FUND");
  }
}

// --- what it knows of its trouble -----------------------------------------------------------------------------

TEST_CASE("an order knows why it is held, and what is wrong since when", "[checkout][trouble]") {
  const auto once = with_one_attempt("refund-payment");
  saga_script checkout = unrefunded_checkout(once);
  CHECK(checkout.now().held_because == hold_cause::undo_exhausted);
  CHECK(checkout.now().wrong.code == "TILL_CLOSED");
  const auto since = checkout.now().wrong.since;
  checkout.time_passes(1h).resume();
  CHECK_FALSE(checkout.now().held_because);
  CHECK(checkout.now().wrong.since == since); // it is still the same trouble
  checkout.sends("payment", "refund-payment").then(ok());
  CHECK(checkout.now().wrong == trouble{});
}

TEST_CASE("what was wrong with one step is not told of the next", "[checkout][trouble]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out());
  CHECK(checkout.now().wrong.code == "TIMEOUT");
  checkout.probes("payment", "charge-payment").then(ok()).sends("inventory", "reserve-inventory");
  CHECK(checkout.now().wrong == trouble{});
  CHECK(checkout.now().last_error == "charge-payment: TIMEOUT");
}

TEST_CASE("every wish tells who had it and why", "[checkout][wish]") {
  const auto told_of = [](event::kind wish, std::string who, std::string why) {
    saga_script checkout{checkout_saga, order_of(2'500)};
    checkout.sends("payment", "charge-payment").then(timed_out());
    event e{.what = wish, .at = checkout.now().updated_at, .who = std::move(who), .reason = std::move(why)};
    return advance(checkout_saga, checkout.now(), e).facts.at(0).detail;
  };
  using enum event::kind;
  for (const auto wish : {cancel, hold, retry, compensate, skip})
    CHECK(told_of(wish, "alice", "no more") == "alice: no more");
  CHECK(told_of(hold, "alice", "") == "alice");
  CHECK(told_of(hold, "", "no more") == "no more");
}

} // namespace sagad::tests

#include <catch2/catch.hpp>

#include "tests/workflows/checkout/checkout_scripts.hpp"

// A question and its answer stay on one line.
// clang-format off

/// What people, crashes and confused participants do to a checkout.
namespace sagad::tests {

TEST_CASE("an order cancelled before anything was asked is simply over", "[checkout][cancel]") {
  const moment at{std::chrono::days{1}};
  const saga accepted = begin(checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, at);
  const transition t = advance(checkout_saga, accepted, {.what = event::kind::cancel, .at = at});
  CHECK(t.after.state == rolled_back);
  CHECK(t.after.outcome == "CANCELLED");
  CHECK(t.commit_first);
  CHECK_FALSE(t.sends);
}

TEST_CASE("an order cancelled while it is being charged is refunded, whether or not the charge happened",
          "[checkout][cancel]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment")
      .cancel().commits_first()
      .sends("payment", "refund-payment")
      .late("charge-payment", ok())
      .then(ok())
      .ends(rolled_back, "CANCELLED");
}

TEST_CASE("an order cancelled halfway gives back what it had, and what it was asking for", "[checkout][cancel]") {
  saga_script checkout = reserved_checkout();
  checkout.sends("delivery", "schedule-delivery").cancel();
  gives_all_back(checkout).ends(rolled_back, "CANCELLED");
}

TEST_CASE("an order cancelled while it pauses gives up the next attempt", "[checkout][cancel]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(timed_out())
      .cancel()
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "CANCELLED");
}

TEST_CASE("an order cancelled while it is being confirmed withdraws the confirmation first", "[checkout][cancel]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order")
      .cancel().commits_first()
      .sends("orders", "withdraw-confirmation").then(ok());
  gives_all_back(checkout).ends(rolled_back, "CANCELLED");
}

TEST_CASE("a cancellation that comes while the confirmation happens comes too late", "[checkout][cancel]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order")
      .cancel()
      .sends("orders", "withdraw-confirmation").then(refused("PAST_PIVOT"))
      .sends("notification", "notify-customer").then(ok())
      .ends(completed, "SUCCESS");
}

TEST_CASE("a confirmed order cannot be cancelled, held or not, nor a finished one", "[checkout][cancel]") {
  saga_script checkout = confirmed_checkout();
  checkout.sends("notification", "notify-customer")
      .cancel(verdict::too_late)
      .hold()
      .cancel(verdict::too_late)
      .resume()
      .sends("notification", "notify-customer").then(ok())
      .cancel(verdict::too_late)
      .ends(completed, "SUCCESS");
}

TEST_CASE("cancelling twice is cancelling once, while the confirmation is withdrawn too", "[checkout][cancel]") {
  saga_script checkout = booked_checkout();
  checkout.sends("orders", "confirm-order")
      .cancel()
      .cancel(verdict::repeated)
      .sends("orders", "withdraw-confirmation").then(ok())
      .cancel(verdict::repeated);
  gives_all_back(checkout).cancel(verdict::too_late).ends(rolled_back, "CANCELLED");
}

TEST_CASE("an order that turns round already keeps its outcome when it is cancelled", "[checkout][cancel]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .cancel(verdict::repeated)
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("cancelling a held order lets it go, backwards", "[checkout][cancel][hold]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory")
      .hold()
      .cancel()
      .sends("inventory", "release-inventory").then(ok())
      .sends("payment", "refund-payment").then(ok())
      .ends(rolled_back, "CANCELLED");
}

TEST_CASE("a held order waits for nobody but a person", "[checkout][hold]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory")
      .hold().commits_first()
      .is_held("let me look")
      .hold(verdict::repeated)
      .is_taken_up_again(verdict::repeated)
      .resume().commits_first()
      .resume(verdict::repeated)
      .sends("inventory", "reserve-inventory").as_attempt(2)
      .stands(running);
}

TEST_CASE("an answer that comes while the order is held is kept, and used when it is resumed", "[checkout][hold]") {
  saga_script checkout = paid_checkout();
  SECTION("a success") {
    checkout.sends("inventory", "reserve-inventory").hold().then(ok()).stands(held)
        .repeated("reserve-inventory", ok())
        .resume()
        .sends("delivery", "schedule-delivery");
  }
  SECTION("a refusal") {
    checkout.sends("inventory", "reserve-inventory").hold().then(refused("INSUFFICIENT_INVENTORY")).stands(held)
        .resume()
        .sends("payment", "refund-payment").then(ok())
        .ends(rolled_back, "INSUFFICIENT_INVENTORY");
  }
  SECTION("a failure") {
    checkout.sends("inventory", "reserve-inventory").hold().then(failed()).stands(held)
        .resume()
        .sends("inventory", "reserve-inventory").as_attempt(2);
  }
}

TEST_CASE("an order can be held and resumed wherever it is", "[checkout][hold]") {
  SECTION("while it is being charged") {
    saga_script checkout{checkout_saga, order_of(2'500)};
    checkout.sends("payment", "charge-payment").hold().resume().sends("payment", "charge-payment").as_attempt(2);
  }
  SECTION("while it pauses before a probe") {
    saga_script checkout = paid_checkout();
    checkout.sends("inventory", "reserve-inventory").then(timed_out()).hold().resume()
        .probes("inventory", "reserve-inventory").as_attempt(1);
  }
  SECTION("while it is being confirmed") {
    saga_script checkout = booked_checkout();
    checkout.sends("orders", "confirm-order").hold().then(ok()).resume().commits_first()
        .sends("notification", "notify-customer");
  }
  SECTION("while its confirmation is withdrawn") {
    saga_script checkout = booked_checkout();
    checkout.sends("orders", "confirm-order").cancel().sends("orders", "withdraw-confirmation").hold();
    SECTION("no answer") { checkout.resume().sends("orders", "withdraw-confirmation").as_attempt(2); }
    SECTION("withdrawn") {
      checkout.then(ok()).resume();
      gives_all_back(checkout).ends(rolled_back, "CANCELLED");
    }
    SECTION("too late") {
      checkout.then(refused("PAST_PIVOT")).resume().commits_first().sends("notification", "notify-customer");
    }
  }
  SECTION("while it gives back") {
    saga_script checkout = paid_checkout();
    checkout.sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
        .sends("payment", "refund-payment").hold();
    SECTION("no answer") {
      checkout.resume().sends("payment", "refund-payment").as_attempt(2).then(ok())
          .ends(rolled_back, "INSUFFICIENT_INVENTORY");
    }
    SECTION("paid back") { checkout.then(ok()).resume().ends(rolled_back, "INSUFFICIENT_INVENTORY"); }
  }
  SECTION("not once it is over") {
    saga_script checkout{checkout_saga, order_of(2'500)};
    checkout.sends("payment", "charge-payment").then(refused("INSUFFICIENT_FUND"))
        .hold(verdict::too_late)
        .resume(verdict::too_late)
        .ends(rolled_back, "INSUFFICIENT_FUND");
  }
}

TEST_CASE("whoever takes an order up asks again what it was asking", "[checkout][crash]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory")
      .is_taken_up_again()
      .sends("inventory", "reserve-inventory").as_attempt(1).then(timed_out())
      .is_taken_up_again(verdict::early) // it goes on pausing
      .pauses(200ms)
      .probes("inventory", "reserve-inventory")
      .is_taken_up_again()
      .probes("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment")
      .is_taken_up_again()
      .sends("payment", "refund-payment").as_attempt(1).then(ok())
      .is_taken_up_again(verdict::repeated)
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("an answer that comes twice counts once", "[checkout][confusion]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(ok())
      .repeated("charge-payment", ok())
      .repeated("charge-payment", refused("INSUFFICIENT_FUND"))
      .sends("inventory", "reserve-inventory").then(refused("INSUFFICIENT_INVENTORY"))
      .repeated("reserve-inventory", refused("INSUFFICIENT_INVENTORY"))
      .sends("payment", "refund-payment").then(ok())
      .repeated("refund-payment", ok())
      .ends(rolled_back, "INSUFFICIENT_INVENTORY");
}

TEST_CASE("an answer to an attempt that was given up is late, whatever it says", "[checkout][confusion]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").then(timed_out())
      .late("charge-payment", ok())
      .late("charge-payment", refused("INSUFFICIENT_FUND"))
      .late("charge-payment", failed())
      .probes("payment", "charge-payment").then(not_found())
      .sends("payment", "charge-payment").as_attempt(2)
      .late("charge-payment", ok(), 1)
      .late("charge-payment", refused("INSUFFICIENT_FUND"), 1)
      .then(ok())
      .sends("inventory", "reserve-inventory");
}

TEST_CASE("an undo's answer after its order was held for it is late", "[checkout][confusion]") {
  const tuned_checkout once{{{"refund-payment", attempts(1)}}};
  saga_script checkout{once.saga(), order_of(2'500)};
  checkout.sends("payment", "charge-payment").cancel().sends("payment", "refund-payment").then(timed_out())
      .stands(held)
      .late("refund-payment", ok());
}

TEST_CASE("answers to what was never asked are impossible, and change nothing", "[checkout][confusion]") {
  saga_script checkout = paid_checkout();
  checkout.sends("inventory", "reserve-inventory");
  reply answer;
  answer.outcome = reply_outcome::succeeded;
  SECTION("an unknown step") { answer.step = "wrap-present"; }
  SECTION("no step at all") { answer.step = ""; }
  SECTION("a step that is yet to come") { answer.step = "schedule-delivery"; }
  SECTION("an attempt that is yet to come") {
    answer.step = "reserve-inventory";
    answer.attempt = 2;
  }
  SECTION("an undo that nobody wants") {
    answer.step = "charge-payment";
    answer.what = action::undo;
  }
  SECTION("an undo by its own name, which no reply carries") {
    answer.step = "refund-payment";
    answer.what = action::undo;
  }
  checkout.impossible(answer).then(ok()).sends("delivery", "schedule-delivery");
}

TEST_CASE("waking an order before its time changes nothing", "[checkout][confusion]") {
  saga_script checkout{checkout_saga, order_of(2'500)};
  checkout.sends("payment", "charge-payment").time_passes(2s).is_woken_early().then(timed_out()).is_woken_early();
}

} // namespace sagad::tests

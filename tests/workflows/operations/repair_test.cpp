#include "workflows/operations/repair.hpp"

#include "tests/workflows/operations/sample_orders.hpp"

namespace sagad::tests {

using namespace operations;

namespace {

repair_request wanted(operator_action what) { return {.what = what, .who = "alice", .why = "it is mended"}; }

planned_repair planned(operator_action what, const saga_script& story, milliseconds later = 0ms) {
  const order_view order = view_of(story.now());
  const auto p = plan(wanted(what), std::vector{order}, impatient_catalog(), order.now.updated_at + later);
  REQUIRE(p.orders.size() == 1);
  return p.orders[0];
}

std::string why_not(operator_action what, const saga_script& story, milliseconds later = 0ms) {
  const planned_repair p = planned(what, story, later);
  CHECK_FALSE(p.allowed);
  CHECK(p.money == money_effect{});
  return p.refused_because;
}

} // namespace

TEST_CASE("an operator's actions keep their names", "[repair]") {
  for (const char* name : {"retry", "resume", "cancel", "compensate", "skip", "hold"})
    CHECK(to_string(operator_action_from(name).value()) == name);
  CHECK_FALSE(operator_action_from("retried"));
}

TEST_CASE("a plan says what happens to each order and to its money, or why nothing does", "[repair]") {
  using enum operator_action;
  SECTION("held with its refund refused") {
    CHECK(planned(resume, unrefunded()).money == money_effect{.refunded = 2'500});
    CHECK(planned(skip, unrefunded()).money == money_effect{.on_a_persons_word = 2'500});
    CHECK(why_not(retry, unrefunded()) == "the order is held: resume is for it");
    CHECK(why_not(cancel, unrefunded()) == "the order turns round already");
    CHECK(why_not(compensate, unrefunded()) == "the order turns round already");
    CHECK(why_not(hold, unrefunded()) == "the order is held already");
  }
  SECTION("pausing before it is charged again") {
    CHECK(planned(retry, uncharged()).money == money_effect{.kept = 2'500});
    CHECK(planned(skip, uncharged()).money == money_effect{.kept = 2'500});
    CHECK(planned(hold, uncharged()).money == money_effect{.kept = 2'500});
    CHECK(planned(cancel, uncharged()).money == money_effect{.refunded = 2'500});
    CHECK(planned(compensate, uncharged()).money == money_effect{.refunded = 2'500});
    CHECK(why_not(resume, uncharged()) == "the order is not held");
  }
  SECTION("waiting for an answer") {
    saga_script reserving = paid_checkout();
    CHECK(why_not(retry, reserving) == "an answer may still come: it is being asked just now");
    CHECK(why_not(skip, reserving) == "an answer may still come: it is being asked just now");
    CHECK(planned(cancel, reserving).money == money_effect{.refunded = 2'500});
  }
  SECTION("confirmed") {
    CHECK(why_not(cancel, confirmed_checkout()) == "the order is past its confirmation, and goes only forward");
  }
  SECTION("being confirmed") {
    saga_script confirming = booked_checkout();
    CHECK(planned(cancel, confirming).money == money_effect{.refunded = 2'500});
  }
  SECTION("over") {
    saga_script over = unrefunded();
    over.skip();
    CHECK(why_not(resume, over) == "the order is rolled_back");
  }
  SECTION("of a definition that nobody here knows") {
    order_view order = view_of(unrefunded().now());
    order.now.version = 9;
    const auto p = plan(wanted(resume), std::vector{order}, impatient_catalog(), order.now.updated_at);
    CHECK(p.orders.at(0).refused_because == "this program does not know definition checkout, version 9");
  }
}

TEST_CASE("a plan counts what it changes and what it leaves alone, each order once", "[repair]") {
  const std::vector<order_view> orders{view_of(unrefunded().now(), "o-1", 100), view_of(unrefunded().now(), "o-2", 20),
                                       view_of(uncharged().now(), "o-3", 3), view_of(unrefunded().now(), "o-1", 100)};
  const auto p = plan(wanted(operator_action::resume), orders, impatient_catalog(), orders[0].now.updated_at);
  CHECK(p.orders.size() == 3);
  CHECK(p.allowed == 2);
  CHECK(p.refused == 1);
  CHECK(p.by_state == std::map<saga_state, std::size_t>{{held, 2}});
  CHECK(p.by_refusal == std::map<std::string, std::size_t>{{"the order is not held", 1}});
  CHECK(p.money == money_effect{.refunded = 120});
  CHECK(p.orders[1].order == order_id{"o-2"});
  CHECK(p.orders[1].sequence == orders[1].now.sequence);
}

TEST_CASE("a repair is carried out only where the order still stands as it was planned", "[repair]") {
  saga_script story = unrefunded();
  const saga looked_at = story.now();
  const event e = event_of(wanted(operator_action::resume), looked_at.updated_at + 1h, 0.0);
  const judgement good = judge(looked_at, looked_at.sequence, e, impatient_catalog());
  REQUIRE(good.what == judgement::kind::apply);
  CHECK(good.becomes->after.state == compensating);
  CHECK(good.becomes->facts.at(0).detail == "alice: it is mended");
  CHECK(good.because.empty());

  const judgement twice = judge(good.becomes->after, looked_at.sequence, e, impatient_catalog());
  CHECK(twice.what == judgement::kind::moved_on);
  CHECK(twice.because == "the order has moved on since it was planned: it is compensating now");
  CHECK_FALSE(twice.becomes);
}

TEST_CASE("a repair that was allowed when it was planned may be refused when its turn comes", "[repair]") {
  // Asking again is no fact: the order's sequence stays, and still a retry means nothing any more.
  const saga pausing = uncharged().now();
  const saga asking =
      advance(impatient_checkout(), pausing, {.what = event::kind::woken, .at = *pausing.wakeup_at}).after;
  REQUIRE(asking.sequence == pausing.sequence);
  const event e = event_of(wanted(operator_action::retry), *pausing.wakeup_at, 0.0);
  CHECK(judge(pausing, pausing.sequence, e, impatient_catalog()).what == judgement::kind::apply);
  const judgement late = judge(asking, pausing.sequence, e, impatient_catalog());
  CHECK(late.what == judgement::kind::refused);
  CHECK(late.because == "an answer may still come: it is being asked just now");
}

TEST_CASE("what a person skips a step with reaches the saga", "[repair]") {
  const saga pausing = uncharged().now();
  repair_request by_hand = wanted(operator_action::skip);
  by_hand.value = {{"receipt", "r-7"}};
  const judgement j = judge(pausing, pausing.sequence, event_of(by_hand, pausing.updated_at, 0.0), impatient_catalog());
  REQUIRE(j.becomes);
  CHECK(result_of(j.becomes->after, "charge-payment") == by_hand.value);
}

TEST_CASE("a hold has done its work at once, everything else when the order has ended", "[repair]") {
  using enum operator_action;
  saga s;
  s.awaiting_reply = true;
  CHECK(operations::result_of(hold, s).what == repair_result::well);
  for (const operator_action a : {retry, resume, cancel, compensate, skip}) {
    s.state = saga_state::running;
    CHECK(operations::result_of(a, s).what == repair_result::pending);
    for (const saga_state ended : {saga_state::completed, saga_state::rolled_back}) {
      s.state = ended;
      CHECK(operations::result_of(a, s).what == repair_result::well);
    }
  }
}

TEST_CASE("a repair has failed when its order is held again, or its question has got a bad answer again", "[repair]") {
  saga s;
  s.state = saga_state::held;
  s.last_error = "the bank said no";
  CHECK(operations::result_of(operator_action::resume, s).what == repair_result::badly);
  CHECK(operations::result_of(operator_action::resume, s).because == "the bank said no");
  s.state = saga_state::running;
  s.last_error.clear();
  s.wrong.code = codes::timeout;
  CHECK(operations::result_of(operator_action::retry, s).what == repair_result::badly);
  CHECK(operations::result_of(operator_action::retry, s).because == "TIMEOUT");
  s.awaiting_reply = true; // it is being asked again
  CHECK(operations::result_of(operator_action::retry, s).what == repair_result::pending);
}

TEST_CASE("a repair whose question only waits for a way to its participant has not failed", "[repair]") {
  saga s;
  for (const auto code :
       {codes::participant_away, codes::queue_full, codes::broker_away, codes::participant_held, codes::circuit_open}) {
    s.wrong.code = code;
    CHECK(operations::result_of(operator_action::retry, s).what == repair_result::pending);
  }
}

} // namespace sagad::tests

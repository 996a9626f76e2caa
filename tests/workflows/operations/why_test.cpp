#include "workflows/operations/why.hpp"

#include <functional>
#include <string>
#include <vector>

#include "tests/workflows/operations/sample_orders.hpp"
#include "workflows/operations/cause.hpp"

namespace sagad::tests {

using namespace operations;

namespace {

node_view living(std::string name, moment now) {
  return {.name = std::move(name),
          .epoch = 1,
          .started_at = now - 1h,
          .last_seen_at = now,
          .stopped_at = {},
          .holds_lease = true};
}

/// The order as the script left it, a minute later, driven by a node that lives.
order_situation situation_of(const saga_script& story) {
  order_situation s;
  s.asked_for = order_id{"o-1"};
  s.order = view_of(story.now());
  s.history = story.facts();
  s.now = story.now().updated_at + 1min;
  s.nodes = {living("node-1", s.now)};
  return s;
}

std::vector<std::string> told(const explanation& e) {
  std::vector<std::string> lines;
  for (const sentence& s : e.sentences)
    lines.push_back(std::string{to_string(s.role)} + ": " + s.text);
  lines.push_back("> " + e.command);
  return lines;
}

std::vector<std::string> why(const order_situation& s) { return told(explain(s, impatient_catalog())); }

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("why: held, for its refund is refused, like many others", "[why]") {
  order_situation s = situation_of(unrefunded());
  s.others = 999;
  CHECK(why(s) == lines{"state: the order is held at refund-payment: it waits for a person",
                        "problem: refund-payment could not be done in 1 attempt; the last one: TILL_CLOSED",
                        "waits-for: somebody must decide: resume asks again, skip settles the step by hand",
                        "since: it was held 60 s ago", "others: 999 other orders wait for the same",
                        "money: it is in doubt whether 2500 of alice's money is taken",
                        "advice: one cause, one repair for all of them: see to the cause, then let it go on",
                        "> sagactl order resume --group " + key_of(cause_of(*s.order, impatient_catalog())) +
                            " --canary 1 --abort-if 'failed>5%' --reason WHY"});
  s.others = 0;
  CHECK(why(s).back() == "> sagactl order resume o-1 --reason WHY");
}

TEST_CASE("why: held by a person, who may still give it up", "[why]") {
  saga_script story = paid_checkout();
  story.sends("inventory", "reserve-inventory").hold();
  CHECK(why(situation_of(story)) == lines{"state: the order is held at reserve-inventory: it waits for a person",
                                          "problem: a person holds it: let me look",
                                          "waits-for: somebody must decide: resume asks again, skip settles the step "
                                          "by hand, compensate gives the order up",
                                          "since: it was held 60 s ago", "money: 2500 of alice's money is taken",
                                          "advice: ask whoever holds it whether it may go on",
                                          "> sagactl order resume o-1 --reason WHY"});
}

TEST_CASE("why: held past its confirmation, refused or exhausted", "[why]") {
  saga_script refused_notice = confirmed_checkout();
  refused_notice.sends("notification", "notify-customer").then(refused("NO_ADDRESS"));
  CHECK(explain(situation_of(refused_notice), impatient_catalog()).text_of(sentence_role::problem) ==
        "notify-customer was refused with NO_ADDRESS, and the order is past its confirmation");
  CHECK(explain(situation_of(refused_notice), impatient_catalog()).command == "sagactl order skip o-1 --reason WHY");
  saga_script lost_notice = confirmed_checkout();
  lost_notice.sends("notification", "notify-customer")
      .time_passes(24h)
      .then(failed())
      .probes("notification", "notify-customer")
      .then(not_found());
  const explanation e = explain(situation_of(lost_notice), impatient_catalog());
  CHECK(e.text_of(sentence_role::problem) == "notify-customer must be done, the order being past its confirmation, and "
                                             "could not be in 1 attempt; the last one: HANDLER_DIED");
  CHECK(e.command == "sagactl order resume o-1 --reason WHY");
}

TEST_CASE("why: held with its pivot in doubt", "[why]") {
  order_situation s = situation_of(booked_checkout());
  s.order->now.state = held;
  s.order->now.held_because = hold_cause::pivot_in_doubt;
  s.order->now.wrong = {.code = "TIMEOUT", .detail = "", .since = s.now};
  CHECK(explain(s, impatient_catalog()).text_of(sentence_role::problem) ==
        "nobody knows whether confirm-order happened, and it cannot be withdrawn; the last attempt: TIMEOUT");
}

TEST_CASE("why: held, for no node knows its definition", "[why]") {
  order_situation s = situation_of(uncharged());
  s.order->now.version = 9;
  s.order->now = hold_without_definition(s.order->now, s.now - 5min, "definition checkout 9 is unknown here").after;
  s.history.clear();
  const explanation e = explain(s, impatient_catalog());
  CHECK(e.text_of(sentence_role::problem) == "definition checkout 9 is unknown here");
  CHECK(e.text_of(sentence_role::since) == "it was held 5 min ago");
  CHECK(e.text_of(sentence_role::advice) ==
        "start a node that knows definition checkout, version 9, then resume the order");
  CHECK(e.command == "sagad --store URL");
}

TEST_CASE("why: all is well", "[why]") {
  saga_script story = paid_checkout();
  order_situation s = situation_of(story);
  s.now = story.now().updated_at + 1s;
  s.nodes = {living("node-1", s.now)};
  CHECK(why(s) == lines{"state: the order runs, at reserve-inventory",
                        "waits-for: it waits for inventory to answer reserve-inventory (attempt 1)",
                        "next: it stops waiting for this answer in 2 s, finds out what happened, and asks again",
                        "owner: node-1 drives it", "since: it began to ask for this 1 s ago",
                        "money: 2500 of alice's money is taken", "advice: nothing is wrong: it goes on by itself",
                        "> "});
}

TEST_CASE("why: the answer is overdue", "[why]") {
  saga_script story = paid_checkout();
  order_situation s = situation_of(story);
  s.now = story.now().updated_at + 5s;
  s.nodes = {living("node-1", s.now)};
  CHECK(explain(s, impatient_catalog()).text_of(sentence_role::next) ==
        "the answer was due 2 s ago; it stops waiting, finds out what happened, and asks again");
}

TEST_CASE("why: it pauses after a failure", "[why]") {
  order_situation s = situation_of(uncharged());
  s.now = s.order->now.updated_at;
  s.nodes = {living("node-1", s.now)};
  CHECK(why(s) == lines{"state: the order runs, at charge-payment", "problem: charge-payment fails with TIMEOUT",
                        "waits-for: it pauses before it asks payment again (attempt 1)", "next: its time comes at once",
                        "owner: node-1 drives it", "since: it began to fail just now",
                        "money: it is in doubt whether 2500 of alice's money is taken",
                        "advice: when the cause is mended it need not wait for its next attempt",
                        "> sagactl order retry o-1 --reason WHY"});
}

TEST_CASE("why: it turns round, and a person asked for it", "[why]") {
  saga_script story = uncharged();
  story.compensate();
  const explanation e = explain(situation_of(story), impatient_catalog());
  CHECK(e.text_of(sentence_role::state) == "the order turns round with outcome TIMEOUT, at refund-payment");
  CHECK(e.text_of(sentence_role::person) == "order.compensate-requested 60 s ago, by alice: enough");
}

TEST_CASE("why: its node is silent, or gone, or there is none", "[why]") {
  order_situation s = situation_of(uncharged());
  const auto owner_and_command = [&] {
    const explanation e = explain(s, impatient_catalog());
    return std::string{e.text_of(sentence_role::owner)} + " > " + e.command;
  };
  s.nodes[0].last_seen_at = s.now - 20s;
  CHECK(owner_and_command() ==
        "node-1 drives it, but was last seen 20 s ago; no other node lives to take it over > sagad --store URL");
  s.nodes.push_back(living("node-2", s.now));
  CHECK(owner_and_command() == "node-1 drives it, but was last seen 20 s ago; 1 other node will take it over > sagactl "
                               "order retry o-1 --reason WHY");
  s.nodes[0].holds_lease = false;
  CHECK(owner_and_command() ==
        "node-1 drove it and is gone; 1 other node will take it over > sagactl order retry o-1 --reason WHY");
  s.order->owner.clear();
  CHECK(owner_and_command() ==
        "no node drives it yet; one of 1 living node will claim it > sagactl order retry o-1 --reason WHY");
  s.order->now.wakeup_at = s.now + 1h;
  CHECK(owner_and_command() ==
        "it rests, and a node takes it up when its time comes > sagactl order retry o-1 --reason WHY");
  s.nodes.clear();
  CHECK(owner_and_command() == "no node drives it, and no node lives > sagad --store URL");
}

TEST_CASE("why: its participant is stopped, does not answer, or is away", "[why]") {
  order_situation s = situation_of(uncharged());
  const moment since = s.now - 5min;
  SECTION("stopped by an operator") {
    s.circuit = circuit_view{.state = circuit::open,
                             .forced = circuit_override::forced_open,
                             .since = since,
                             .why = "bob: the till is being moved",
                             .probe_at = {}};
    const explanation e = explain(s, impatient_catalog());
    CHECK(e.text_of(sentence_role::problem) ==
          "an operator stopped all commands to payment 5 min ago: bob: the till is being moved");
    CHECK(e.command == "sagactl participant release payment --reason WHY");
  }
  SECTION("only this question is stopped") {
    s.circuit = circuit_view{.state = circuit::open,
                             .forced = circuit_override::forced_open,
                             .since = since,
                             .why = "bob: twice is too often",
                             .probe_at = {}};
    s.rule_on = "charge-payment";
    const explanation e = explain(s, impatient_catalog());
    CHECK(e.text_of(sentence_role::problem) ==
          "an operator stopped asking for charge-payment 5 min ago: bob: twice is too often");
    CHECK(e.command == "sagactl participant release charge-payment --reason WHY");
  }
  SECTION("does not answer") {
    s.circuit = circuit_view{.state = circuit::open,
                             .since = since,
                             .why = "10 commands in a row got no certain answer",
                             .probe_at = s.now + 12s};
    const explanation e = explain(s, impatient_catalog());
    CHECK(e.text_of(sentence_role::problem) == "no commands leave for payment, which does not answer: 10 commands in a "
                                               "row got no certain answer 5 min ago");
    CHECK(e.text_of(sentence_role::next) == "one order will try whether it is back in 12 s");
    CHECK(e.command == "sagactl status");
  }
  SECTION("away") {
    s.order->now.wrong.code = "PARTICIPANT_AWAY";
    const explanation e = explain(s, impatient_catalog());
    CHECK(e.command == "sagad --store URL --broker URL --roles payment");
    CHECK(e.text_of(sentence_role::next) == "it tries again every few seconds, by itself");
  }
  SECTION("the broker is away") {
    s.order->now.wrong.code = "BROKER_AWAY";
    CHECK(explain(s, impatient_catalog()).command == "sagactl status");
  }
}

TEST_CASE("why: it is over", "[why]") {
  saga_script story = unrefunded();
  story.skip();
  order_situation s = situation_of(story);
  s.nodes.clear(); // nobody is needed any more
  CHECK(why(s) ==
        lines{"state: the order is rolled back with outcome INSUFFICIENT_INVENTORY: whatever had been done is undone",
              "problem: the last thing that went wrong was undo exhausted: refund-payment: TILL_CLOSED",
              "since: it ended 60 s ago", "person: charge-payment was settled by hand: it counts as undone",
              "person: order.step.refund-payment.skipped 60 s ago, by alice: done by hand",
              "advice: nothing is left to do; its history tells how it came", "> sagactl order history o-1"});
}

TEST_CASE("why: it never arrived", "[why]") {
  order_situation s;
  s.asked_for = order_id{"o-9"};
  s.now = moment{std::chrono::days{20'000}};
  CHECK(explain(s, impatient_catalog()).text_of(sentence_role::state) ==
        "there is no order o-9: no submission with this id was ever accepted here");
  s.refused = dead_letter{
      .source = "saga.orders", .reason = "UNKNOWN_SKU: lines[0].sku 'x' is not sold", .body = "{}", .at = s.now - 3h};
  CHECK(why(s) == lines{"state: there is no order o-9: a submission with this id was refused",
                        "problem: UNKNOWN_SKU: lines[0].sku 'x' is not sold (it came from saga.orders)",
                        "since: it was refused 3 h ago", "advice: mend the submission and submit it again",
                        "> sagactl deadletter list"});
}

} // namespace sagad::tests

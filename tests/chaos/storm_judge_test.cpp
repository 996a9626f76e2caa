#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tools/sagachaos/storm/judge.hpp"
#include "tools/sagachaos/storm/recovery.hpp"

// A harness that has never caught anything proves nothing: each kind of lie is told to the judge once.

namespace {

using namespace sagad;
using namespace sagad::chaos::storm;
using namespace std::chrono_literals;

void hear_all(event_book& book, const stored_order& o) {
  for (std::size_t i = 0; i < o.facts.size(); ++i)
    book.hear({.id = o.order + '/' + std::to_string(i + 1), .order = o.order, .sequence = i + 1, .type = o.facts[i]});
}

/// One customer bought two apples and one got their money back; one order was refused, and nothing is wrong.
evidence honest() {
  evidence e;
  e.given_up_percent_max = 50;
  e.promises = {{.order = "o-1",
                 .kind = order_kind::plain,
                 .customer = "ann",
                 .sku = "apple",
                 .units = 2,
                 .total = 14,
                 .times_sent = 2,
                 .times_accepted = 2},
                {.order = "o-2",
                 .kind = order_kind::undeliverable,
                 .customer = "ann",
                 .sku = "apple",
                 .units = 1,
                 .total = 7,
                 .times_sent = 1,
                 .times_accepted = 1},
                {.order = "o-3",
                 .kind = order_kind::unknown_item,
                 .customer = "ann",
                 .sku = "unicorn",
                 .units = 1,
                 .times_sent = 1,
                 .times_refused = 1,
                 .refusal = "UNKNOWN_SKU"},
                {.order = "o-4",
                 .kind = order_kind::plain,
                 .insists = false,
                 .customer = "ann",
                 .sku = "apple",
                 .units = 1,
                 .total = 7,
                 .times_sent = 1}};
  e.orders = {{.order = "o-1",
               .customer = "ann",
               .state = "completed",
               .outcome = "SUCCESS",
               .total = 14,
               .facts = {"order.accepted", "order.completed"}},
              {.order = "o-2",
               .customer = "ann",
               .state = "rolled_back",
               .outcome = "DELIVERY_FAILED",
               .total = 7,
               .facts = {"order.accepted", "order.compensating", "order.rolled_back"}}};
  e.wallets = {{.customer = "ann", .balance = 86, .began_with = 100}};
  e.shelves = {{.sku = "apple", .available = 8, .reserved = 2, .began_with = 10}};
  e.deliveries = {{.order = "o-1", .in_force = true}, {.order = "o-2", .in_force = false}};
  for (const stored_order& o : e.orders)
    hear_all(e.events, o);
  return e;
}

std::vector<std::string> charges_in(const evidence& e) {
  std::vector<std::string> charges;
  for (const accusation& a : judge(e).accusations)
    charges.push_back(a.charge + " " + a.subject);
  std::sort(charges.begin(), charges.end());
  return charges;
}

using list = std::vector<std::string>;

} // namespace

TEST_CASE("where everybody kept their word nobody is accused", "[storm]") {
  const verdict v = judge(honest());
  CHECK(v.accusations == std::vector<accusation>{});
  CHECK(v.sent == 4);
  CHECK(v.accepted == 2);
  CHECK(v.refused == 1);
  CHECK(v.unanswered == 1);
  CHECK(v.completed == 1);
  CHECK(v.rolled_back == 1);
  CHECK(v.lost + v.doubled + v.stuck + v.given_up == 0);
}

TEST_CASE("an accepted order that the store does not have is lost", "[storm]") {
  evidence e = honest();
  e.promises[3].times_accepted = 1;
  CHECK(charges_in(e) == list{"lost o-4"});
  CHECK(judge(e).lost == 1);
}

TEST_CASE("a refusal with another code than the order deserved is a wrong answer", "[storm]") {
  evidence e = honest();
  e.promises[2].refusal = "SHOP_ON_FIRE";
  CHECK(charges_in(e) == list{"a wrong answer o-3"});
}

TEST_CASE("a refused order that exists is found, and so is one that nobody submitted", "[storm]") {
  evidence e = honest();
  e.promises[1].times_accepted = 0;
  e.promises[1].times_refused = 1;
  CHECK(charges_in(e) == list{"a wrong answer o-2", "refused and there o-2"});

  e = honest();
  e.promises.erase(e.promises.begin() + 1);
  CHECK(charges_in(e) == list{"an order that nobody submitted o-2"});
}

TEST_CASE("a submitter who was told two things, or nothing, is believed", "[storm]") {
  evidence e = honest();
  e.promises[0].times_refused = 1;
  CHECK(charges_in(e) == list{"a wrong answer o-1", "accepted and refused o-1", "refused and there o-1"});

  e = honest();
  e.promises[3].insists = true;
  CHECK(charges_in(e) == list{"never answered o-4"});
}

TEST_CASE("an order that ended in another way than it had to is found", "[storm]") {
  evidence e = honest();
  e.orders[1].outcome = "INSUFFICIENT_FUND";
  CHECK(charges_in(e) == list{"a wrong outcome o-2"});

  e = honest();
  e.promises[0].kind = order_kind::broke;
  CHECK(charges_in(e) == list{"a wrong outcome o-1"});

  e = honest();
  e.orders[1].outcome = "TIMEOUT"; // the storm outlasted its patience, and it cost nothing
  CHECK(charges_in(e).empty());
  CHECK(judge(e).given_up == 1);
  e.given_up_percent_max = 49;
  CHECK(charges_in(e) == list{"given up too often orders"});
}

TEST_CASE("an order that the store has with another body than was submitted is found", "[storm]") {
  evidence e = honest();
  e.orders[1].total = 8;
  CHECK(charges_in(e) == list{"another order than was submitted o-2"});
}

TEST_CASE("an order that does not end is stuck, and a held one too", "[storm]") {
  evidence e = honest();
  e.orders[1].state = "compensating";
  CHECK(charges_in(e) == list{"stuck o-2"});
  CHECK(judge(e).stuck == 1);
  e.orders[1].state = "held";
  CHECK(charges_in(e) == list{"held o-2"});
  CHECK(judge(e).held == 1);
}

TEST_CASE("an effect that happened twice, or not at all, is seen in the books", "[storm]") {
  evidence e = honest();
  e.wallets[0].balance = 72; // charged twice
  CHECK(charges_in(e) == list{"a wrong balance ann"});
  CHECK(judge(e).doubled == 1);

  e = honest();
  e.shelves[0] = {.sku = "apple", .available = 7, .reserved = 3, .began_with = 10}; // never released
  CHECK(charges_in(e) == list{"a wrong shelf apple"});

  e = honest();
  e.shelves[0].available = 9; // out of nowhere
  CHECK(charges_in(e) == list{"a wrong shelf apple"});

  e = honest();
  e.deliveries = {{.order = "o-1", .in_force = false}, {.order = "o-2", .in_force = true}};
  CHECK(charges_in(e) == list{"a delivery missing o-1", "a delivery too many o-2"});
}

TEST_CASE("an order that has not ended may be paid or not, and excuses no more than itself", "[storm]") {
  evidence e = honest();
  e.orders[1].state = "compensating"; // of 7, and one apple
  e.wallets[0].balance = 79;
  e.shelves[0] = {.sku = "apple", .available = 7, .reserved = 3, .began_with = 10};
  e.deliveries[1].in_force = true;
  CHECK(charges_in(e) == list{"stuck o-2"});
  CHECK(judge(e).doubled == 0);
  e.wallets[0].balance = 78;
  e.shelves[0] = {.sku = "apple", .available = 6, .reserved = 4, .began_with = 10};
  CHECK(charges_in(e) == list{"a wrong balance ann", "a wrong shelf apple", "stuck o-2"});
}

TEST_CASE("an event that comes again is no lie, and one that changed is", "[storm]") {
  evidence e = honest();
  hear_all(e.events, e.orders[0]);
  CHECK(charges_in(e).empty());
  CHECK(e.events.repetitions() == 2);
  CHECK(e.events.facts() == 5);
  e.events.hear({.id = "o-1/2", .order = "o-1", .sequence = 2, .type = "order.rolled_back"});
  CHECK(charges_in(e) == list{"an event that changed o-1"});
}

TEST_CASE("a gap in an order's events is found, and events out of order are told", "[storm]") {
  evidence e = honest();
  e.events = {};
  hear_all(e.events, e.orders[0]);
  e.events.hear({.id = "o-2/1", .order = "o-2", .sequence = 1, .type = "order.accepted"});
  e.events.hear({.id = "o-2/3", .order = "o-2", .sequence = 3, .type = "order.rolled_back"});
  CHECK(charges_in(e) == list{"an event missing o-2"});
  e.events.hear({.id = "o-2/2", .order = "o-2", .sequence = 2, .type = "order.compensating"});
  CHECK(charges_in(e) == list{"an event out of order o-2"});
  CHECK(e.events.last_of("o-2") == "order.rolled_back");
}

TEST_CASE("an event that the broker handed out before may come after a later one", "[storm]") {
  evidence e = honest();
  e.events = {};
  hear_all(e.events, e.orders[0]);
  const heard_fact overtaken{
      .id = "o-2/2", .order = "o-2", .sequence = 2, .type = "order.compensating", .redelivered = true};
  const heard_fact last{.id = "o-2/3", .order = "o-2", .sequence = 3, .type = "order.rolled_back"};
  e.events.hear({.id = "o-2/1", .order = "o-2", .sequence = 1, .type = "order.accepted"});
  e.events.hear(last);
  e.events.hear(last);
  CHECK(e.events.last_of("o-2") == "order.accepted");
  e.events.hear(overtaken);
  e.events.hear(overtaken);
  CHECK(charges_in(e).empty());
  CHECK(e.events.overtaken() == 1);
  CHECK(e.events.repetitions() == 2);
}

TEST_CASE("an event under another's id is found: who keeps ids would take it for that one", "[storm]") {
  evidence e = honest();
  e.events = {};
  hear_all(e.events, e.orders[0]);
  hear_all(e.events, {.order = "o-2",
                      .customer = "ann",
                      .state = "",
                      .outcome = "",
                      .facts = {"order.accepted", "order.compensating"}});
  e.events.hear({.id = "o-1/3", .order = "o-2", .sequence = 3, .type = "order.rolled_back"});
  CHECK(charges_in(e) == list{"an event with another's id o-2"});
}

TEST_CASE("an event that was never heard, and one that tells of nothing, are found", "[storm]") {
  evidence e = honest();
  e.orders[1].facts.push_back("order.resumed");
  CHECK(charges_in(e) == list{"an event missing o-2"});

  e = honest();
  e.orders[1].facts.pop_back();
  CHECK(charges_in(e) == list{"an invented event o-2"});

  e = honest();
  e.orders[1].facts[1] = "order.held";
  CHECK(charges_in(e) == list{"an invented event o-2"});

  e = honest();
  e.events.hear({.id = "o-9/1", .order = "o-9", .sequence = 1, .type = "order.accepted"});
  CHECK(charges_in(e) == list{"an invented event o-9"});
}

TEST_CASE("what is no event at all is held against whoever sent it", "[storm]") {
  evidence e = honest();
  e.events.hear({});
  CHECK(!charges_in(e).empty());
}

TEST_CASE("the worst recovery is the longest wait from a fault's end to an order's", "[storm]") {
  const auto at = [](milliseconds ms) { return moment{ms}; };
  const std::vector<fault_end> faults{
      {"kill node", at(100ms)}, {"cut store-link", at(500ms)}, {"kill broker", at(900ms)}};
  const auto worst = worst_recovery(faults, {at(1'000ms), at(150ms), at(50ms)});
  REQUIRE(worst);
  CHECK(worst->took == 500ms);
  CHECK(worst->what == "cut store-link");
  CHECK(!worst_recovery(faults, {at(50ms)}));
}

#include <algorithm>
#include <array>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

using enum fault_kind;
constexpr std::array every_kind{kill, kill_after, stall, refuse, lose_reply, duplicate_reply, late_reply};
constexpr std::array<std::string_view, 3> compensable_steps{"charge-payment", "reserve-inventory", "schedule-delivery"};

struct ending {
  std::string state;
  std::string outcome;

  friend bool operator==(const ending&, const ending&) = default;
};
std::ostream& operator<<(std::ostream& out, const ending& e) { return out << e.state << ' ' << e.outcome; }

const ending success{"completed", "SUCCESS"};
const ending undone_for_unknown_reasons{"rolled_back", "UNKNOWN"};
const ending timed_out{"rolled_back", "TIMEOUT"};

fault on(std::string_view step, fault_kind kind, int times = 0) {
  return {.step = std::string{step}, .kind = kind, .times = times, .delay = {}, .code = "NO_WAY"};
}

/// Orders that all suffer at the same time, each with an end that the rules foresee.
class hard_times {
public:
  void order_with(std::vector<fault> faults, ending expected) {
    std::string id = "o" + std::to_string(expected_.size());
    for (const fault& f : faults)
      id += "." + std::string{to_string(f.kind)} + ":" + f.step + ":" + std::to_string(f.times);
    REQUIRE(shop_.submit(order_of_token(id, std::move(faults))).accepted);
    expected_.emplace_back(std::move(id), std::move(expected));
  }

  void end_as_expected() {
    REQUIRE(shop_.pass_until_all_rest());
    shop_.pass(1min); // for what is still on its way
    for (const auto& [id, expected] : expected_) {
      INFO(id);
      CHECK(ending{shop_.state_of(id), shop_.outcome_of(id)} == expected);
      if (expected.state == "completed")
        CHECK(shop_.balance("buyer-of-" + id) == 450);
      if (expected.state == "rolled_back")
        CHECK(shop_.balance("buyer-of-" + id) == 500);
    }
    CHECK(shop_.broken_promises() == "");
    CHECK(shop_.orders_in_memory() == 0);
  }

private:
  static shop_settings impatient() {
    shop_settings s;
    s.steps["notify-customer"].total_timeout = 1min;
    return s;
  }

  shop_on_virtual_time shop_{impatient()};
  std::vector<std::pair<std::string, ending>> expected_;
};

} // namespace

TEST_CASE("a compensable step that always fails is undone", "[faults]") {
  hard_times times;
  for (const auto step : compensable_steps) {
    times.order_with({on(step, kill)}, undone_for_unknown_reasons);
    times.order_with({on(step, kill_after)}, undone_for_unknown_reasons);
    times.order_with({on(step, refuse)}, undone_for_unknown_reasons);
    times.order_with({on(step, stall)}, timed_out);
    times.order_with({on(step, lose_reply)}, timed_out);
    times.order_with({on(step, late_reply)}, timed_out);
    times.order_with({on(step, duplicate_reply)}, success);
    times.order_with({on(step, stall), on(step, kill)}, undone_for_unknown_reasons); // dying wins
  }
  times.end_as_expected();
}

TEST_CASE("a confirmation that cannot be obtained is withdrawn; one that happened stays", "[faults]") {
  hard_times times;
  times.order_with({on("confirm-order", kill)}, undone_for_unknown_reasons);
  times.order_with({on("confirm-order", refuse)}, undone_for_unknown_reasons);
  for (const fault_kind kind : {kill_after, stall, lose_reply, late_reply, duplicate_reply})
    times.order_with({on("confirm-order", kind)}, success);
  auto too_late = on("confirm-order", stall);
  too_late.delay = 5min;
  times.order_with({too_late}, timed_out);
  times.end_as_expected();
}

TEST_CASE("a customer who cannot be notified keeps the order, and a person is asked", "[faults]") {
  hard_times times;
  for (const fault_kind kind : every_kind)
    times.order_with({on("notify-customer", kind)}, kind == duplicate_reply ? success : ending{"held", ""});
  times.end_as_expected();
}

TEST_CASE("an undo that always fails waits for a person", "[faults]") {
  struct undo_and_cause {
    std::string_view undo;
    std::string_view cause;
    fault_kind how;
  };
  constexpr std::array undos{undo_and_cause{"refund-payment", "reserve-inventory", refuse},
                             undo_and_cause{"release-inventory", "schedule-delivery", refuse},
                             undo_and_cause{"cancel-delivery", "confirm-order", refuse}};
  hard_times times;
  for (const auto& [undo, cause, how] : undos)
    for (const fault_kind kind : every_kind)
      times.order_with({on(cause, how), on(undo, kind)},
                       kind == duplicate_reply ? undone_for_unknown_reasons : ending{"held", "UNKNOWN"});
  // Which way it goes is open while a withdrawal is.
  for (const fault_kind kind : every_kind)
    times.order_with({on("confirm-order", kill), on("withdraw-confirmation", kind)},
                     kind == duplicate_reply ? undone_for_unknown_reasons : ending{"held", ""});
  times.end_as_expected();
}

TEST_CASE("whatever fails only at first is got over", "[faults]") {
  hard_times times;
  for (const fault_kind kind : every_kind) {
    for (const auto step : {"charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order"})
      // A refusal is final, whoever injected it.
      times.order_with({on(step, kind, 2)}, kind == refuse ? undone_for_unknown_reasons : success);
    times.order_with({on("notify-customer", kind, 2)}, kind == refuse ? ending{"held", ""} : success);
    times.order_with({on("reserve-inventory", refuse), on("refund-payment", kind, 2)}, undone_for_unknown_reasons);
    times.order_with({on("schedule-delivery", refuse), on("release-inventory", kind, 2)}, undone_for_unknown_reasons);
    times.order_with({on("confirm-order", refuse), on("cancel-delivery", kind, 2)}, undone_for_unknown_reasons);
    times.order_with({on("confirm-order", kill), on("withdraw-confirmation", kind, 2)}, undone_for_unknown_reasons);
  }
  times.end_as_expected();
}

TEST_CASE("a success that is told after the timeout changes nothing and costs nobody anything", "[faults]") {
  shop_on_virtual_time shop;
  auto late = on("charge-payment", late_reply);
  late.delay = 10min; // long after the end
  shop.submit(order_of_token("o-1", {late}));
  REQUIRE(shop.pass_until_all_rest(2min));
  CHECK(shop.outcome_of("o-1") == "TIMEOUT");
  const auto history = shop.history("o-1");
  CHECK(std::count(history.begin(), history.end(), "order.step.refund-payment.succeeded") == 1);
  CHECK(shop.balance("buyer-of-o-1") == 500);

  const saga before = shop.order("o-1").now;
  shop.pass(20min);
  CHECK(shop.order("o-1").now == before);
  CHECK(shop.history("o-1") == history);
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a refund that fails a number of times is paid exactly once", "[faults]") {
  const auto how = GENERATE(from_range(every_kind));
  const int times = GENERATE(1, 3, 9);
  INFO(to_string(how) << ", " << times << " times");
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {on("reserve-inventory", refuse), on("refund-payment", how, times)}));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("a refund that fails too often waits for a person, who has it paid once", "[faults]") {
  const auto how = GENERATE(from_range(every_kind));
  if (how == duplicate_reply)
    return;
  INFO(to_string(how));
  shop_on_virtual_time shop;
  shop.submit(order_of_token("o-1", {on("reserve-inventory", refuse), on("refund-payment", how, 10)}));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.state_of("o-1") == "held");
  CHECK(shop.order("o-1").now.last_error.starts_with("undo exhausted: "));

  CHECK(shop.wish(event::kind::resume, "o-1") == verdict::moved);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.state_of("o-1") == "rolled_back");
  CHECK(shop.balance("buyer-of-o-1") == 500);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an acceptance that fails leaves nothing behind, or the order and no answer", "[faults]") {
  shop_on_virtual_time shop;
  for (const fault_kind kind : every_kind) {
    const std::string id = "o-" + std::string{to_string(kind)};
    INFO(id);
    const acceptance answer = shop.submit(order_of_token(id, {on("accept", kind)}));
    const bool stopped = kind == kill || kind == stall || kind == refuse;
    CHECK(answer.accepted == !stopped);
    CHECK(answer.unanswered == (kind == stall || kind == kill_after || kind == lose_reply));
    CHECK(shop.balance("buyer-of-" + id) == (stopped ? 500 : 450));
  }
  CHECK(shop.audit().orders == 4);
  CHECK(shop.broken_promises() == "");
}

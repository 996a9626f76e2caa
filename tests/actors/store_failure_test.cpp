#include <utility>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"
#include "tests/actors/store_log.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A shop whose store things happen to, with a list of what it committed all the same.
struct shop_on_a_faulty_store {
  std::shared_ptr<lot> store = std::make_shared<lot>();
  std::shared_ptr<batch_list> log = std::make_shared<batch_list>();
  shop_on_virtual_time shop;

  explicit shop_on_a_faulty_store(shop_settings settings = {}) : shop{with(std::move(settings))} {}

private:
  shop_settings with(shop_settings settings) {
    settings.between = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), log), store);
    };
    return settings;
  }
};

/// A node that is started again when it had to stop.
shop_settings supervised() {
  shop_settings s;
  s.supervised = true;
  return s;
}

/// As a customer does who was told to submit again, or got no answer.
void insist_on(shop_on_virtual_time& shop, const checkout::submission& order) {
  for (bool accepted = false; !accepted;) {
    const auto answer = shop.hand_in(order);
    const int restarts = shop.restarts();
    REQUIRE(shop.pass_until([&] { return answer->got || answer->broken || shop.restarts() > restarts; }, 1min));
    accepted = answer->got && answer->got->accepted;
    if (!accepted)
      shop.pass(100ms);
  }
}

} // namespace

TEST_CASE("while the store does not answer, nothing is acknowledged; then orders go on", "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  world.store->meet(fates::always(mishap::unavailable));

  const acceptance refused = shop.submit(order_of_token("o-1"));
  CHECK_FALSE(refused.accepted);
  REQUIRE(refused.error);
  CHECK(refused.error->code == "STORE_UNAVAILABLE");
  CHECK(refused.order == order_id{"o-1"});
  const auto second = shop.hand_in(order_of_token("o-2"));
  shop.pass(10s);
  REQUIRE(second->got);
  CHECK_FALSE(second->got->accepted);
  CHECK(shop.audit().orders == 0);

  world.store->meet(fates::good());
  shop.pass(1100ms);
  CHECK(shop.submit(order_of_token("o-1")).accepted);
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.store_lost_count() == 0);
}

TEST_CASE("a store that stays away is asked less and less often, and soon enough when it is back", "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  const fault slow{.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = 1s};
  REQUIRE(shop.submit(order_of_token("o-1", {slow})).accepted);
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  shop.pass(1min); // its progress waits to be committed
  CHECK(world.store->count(store_call::commit) >= 55);
  CHECK(world.store->count(store_call::commit) <= 140);
  world.store->meet(fates::good());
  shop.pass(1100ms);
  CHECK(world.store->count(store_call::commit) > 0);
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("an outage in the middle of orders loses none of them", "[store-failure]") {
  const auto outage = GENERATE(500ms, 5s, 2min);
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  for (int i = 0; i < 20; ++i) {
    fault slow{.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = milliseconds{i * 100}};
    REQUIRE(shop.submit(order_of_token("o-" + std::to_string(i), {slow})).accepted);
  }
  shop.pass(1s);
  world.store->meet(fates::always(mishap::unavailable));
  shop.pass(outage);
  CHECK(shop.audit().orders == 20);
  world.store->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  const audit_report audit = shop.audit();
  CHECK(shop.broken_promises() == "");
  CHECK(audit.held == 0);
  CHECK(audit.charged == audit.reserved * 50);
  if (outage < 3s)
    CHECK(shop.stock("token").reserved == 20);
}

TEST_CASE("any one call that fails or loses its answer costs time and nothing else", "[store-failure]") {
  const auto hit = GENERATE(store_call::commit, store_call::claim, store_call::load, store_call::changed_by_others,
                            store_call::beat);
  const auto what = GENERATE(mishap::unavailable, mishap::answer_lost);
  int number = 1;
  for (bool reached = true; reached && number < 40; ++number) {
    INFO("call " << number << " of kind " << static_cast<int>(hit) << ", mishap " << static_cast<int>(what));
    shop_on_a_faulty_store world{supervised()};
    auto& shop = world.shop;
    world.store->meet(fates::at(hit, number, what));
    insist_on(shop, order_of_token("forth"));
    // Turns round, so that every kind of record is written.
    insist_on(shop, order_of_token("back", {{.step = "confirm-order", .kind = fault_kind::refuse, .code = "X"}}));
    shop.hand_in_wish(event::kind::cancel, "never heard of"); // loads
    REQUIRE(shop.pass_until_all_rest());
    shop.pass(1s); // until the engine knows that they have
    CHECK(shop.outcome_of("forth") == "SUCCESS");
    CHECK(shop.balance("buyer-of-forth") == 450);
    CHECK(shop.state_of("back") == "rolled_back");
    CHECK(shop.balance("buyer-of-back") == 500);
    CHECK(shop.audit().orders == 2);
    CHECK(shop.broken_promises() == "");
    CHECK(shop.orders_in_memory() == 0);
    reached = world.store->count(hit) >= number;
    // What may be ours and is not known to be, only a new incarnation takes up.
    const bool may_own_unknown_orders = hit == store_call::commit || hit == store_call::claim;
    CHECK(shop.restarts() == (reached && what == mishap::answer_lost && may_own_unknown_orders ? 1 : 0));
  }
}

TEST_CASE("an order whose acceptance was committed and never heard of is driven by the next incarnation",
          "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  world.store->meet(fates::at(store_call::commit, 1, mishap::answer_lost));
  const auto answer = shop.hand_in(order_of_token("o-1"));
  shop.pass(10s);
  CHECK_FALSE((answer->got && answer->got->accepted));
  CHECK(shop.store_lost_count() == 1); // it does not go on as if nothing had happened
  CHECK(shop.state_of("o-1") == "running");
  shop.crash();
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.submit(order_of_token("o-1")).duplicate);
  CHECK(shop.balance("buyer-of-o-1") == 450);
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an outage of minutes uses up nobody's attempts", "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  shop.submit(order_of_token("forth", {{.step = "charge-payment", .kind = fault_kind::kill, .times = 1}}));
  shop.submit(order_of_token("back", {{.step = "reserve-inventory", .kind = fault_kind::refuse, .code = "X"},
                                      {.step = "refund-payment", .kind = fault_kind::kill, .times = 1}}));
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  shop.pass(10min);
  world.store->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("forth") == "SUCCESS");
  CHECK(shop.state_of("back") == "rolled_back");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an order that dies while the store does not answer is revived when it does", "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  shop.submit(order_of_token("o-1", {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1}}));
  world.store->meet(fates::always(mishap::unavailable));
  bool killed = false;
  shop.beware_of([&](std::string_view actor) { return actor == "order" && !std::exchange(killed, true); });
  shop.pass(30s);
  REQUIRE(killed);
  world.store->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

TEST_CASE("an order that dies does not begin again from before what the store has not taken yet", "[store-failure]") {
  shop_on_a_faulty_store world;
  auto& shop = world.shop;
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::stall, .times = 1}}));
  bool kill = false;
  shop.beware_of([&](std::string_view actor) { return actor == "order" && std::exchange(kill, false); });
  shop.pass(2s);
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  shop.pass(1'100ms); // its first attempt times out, which nobody can record
  kill = true;
  shop.pass(10s);
  CHECK_FALSE(kill);
  world.store->meet(fates::good());
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(muddled_records(*world.log) == std::vector<std::string>{});
}

TEST_CASE("a wish that the store cannot answer is answered with an error", "[store-failure]") {
  shop_on_a_faulty_store world;
  world.store->meet(fates::always(mishap::unavailable));
  const auto answer = world.shop.hand_in_wish(event::kind::cancel, "o-1");
  world.shop.pass(1s);
  CHECK(answer->broken);
}

TEST_CASE("a node that lost its store says so once and writes nothing more", "[store-failure]") {
  const auto hit = GENERATE(store_call::commit, store_call::claim, store_call::load, store_call::beat);
  int number = 1;
  for (bool reached = true; reached && number < 12; ++number) {
    INFO("fenced at call " << number << " of kind " << static_cast<int>(hit));
    shop_on_a_faulty_store world;
    auto& shop = world.shop;
    world.store->meet(fates::at(hit, number, mishap::fenced));
    for (int i = 0; i < 5; ++i) {
      shop.hand_in(order_of_token("o-" + std::to_string(i)));
      shop.hand_in(
          order_of_token("s-" + std::to_string(i), {{.step = "reserve-inventory", .kind = fault_kind::stall}}));
      shop.pass(500ms);
      shop.hand_in_wish(event::kind::hold, "s-" + std::to_string(i));
      shop.hand_in_wish(event::kind::hold, "never heard of"); // loads
    }
    shop.pass(10s);
    reached = world.store->count(hit) >= number;
    CHECK(shop.store_lost_count() == (reached ? 1 : 0));
    CHECK(world.store->calls_after_fenced == 0);

    // Stopped and started again, it finds all orders as they were.
    shop.crash();
    CHECK(shop.actors_alive() == 0);
    world.store->meet(fates::good());
    shop.open();
    REQUIRE(shop.pass_until_all_rest());
    CHECK(shop.broken_promises() == "");
  }
  CHECK(number > 2);
}

TEST_CASE("a store that fails now and then costs time and nothing else", "[store-failure]") {
  const auto seed = GENERATE(range(1U, 21U));
  INFO("seed " << seed);
  shop_on_a_faulty_store world{supervised()};
  auto& shop = world.shop;
  world.store->meet(fates::now_and_then(seed, 5));
  for (int i = 0; i < 10; ++i)
    insist_on(shop, order_of_token("o-" + std::to_string(i)));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.audit().orders == 10);
  CHECK(shop.audit().held == 0);
  CHECK(shop.broken_promises() == "");
}

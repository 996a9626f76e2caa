#include <set>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"
#include "tests/actors/store_log.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A shop with a broker and a list of what its store committed.
struct shop_that_publishes {
  std::shared_ptr<batch_list> log = std::make_shared<batch_list>();
  std::shared_ptr<lot> store = std::make_shared<lot>();
  shop_on_the_bus world;
  shop_on_virtual_time& shop = world.shop();

  explicit shop_that_publishes(shop_settings settings = {}) : world{with(std::move(settings))} {}

  std::vector<std::string> submit(int count, const std::vector<fault>& faults = {}) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
      names.push_back("o-" + std::to_string(i));
      shop.hand_in(order_of_token(names.back(), faults));
    }
    shop.settle();
    return names;
  }

  std::size_t reports() const {
    std::size_t count = 0;
    for (const batch& each : *log)
      count += each.publications.size();
    return count;
  }
  /// Nothing is left to be published, as far as the store knows.
  bool nothing_left() {
    const auto status = shop.office().status(shop.now());
    REQUIRE(status);
    return status->unpublished == 0;
  }

private:
  shop_settings with(shop_settings settings) {
    settings.between = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), log), store);
    };
    return settings;
  }
};

const fault slow{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = 2s};

} // namespace

TEST_CASE("an order's facts are told in order, once, and the store hears of it once", "[events]") {
  shop_that_publishes world;
  const auto names = world.submit(20);
  world.shop.pass(5s);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.world.events().size() == 20 * 7);
  CHECK(world.reports() == 20);
  CHECK(world.nothing_left());
  const json first = world.world.events().front();
  CHECK(first["specversion"] == "1.0");
  CHECK(first["type"] == "order.accepted");
  std::set<std::string> ids;
  for (const json& each : world.world.events())
    ids.insert(each["id"]);
  CHECK(ids.size() == 20 * 7);
}

TEST_CASE("an order that pauses for long is told of before it goes on, and after", "[events]") {
  shop_settings settings;
  settings.steps["charge-payment"].backoff_initial = 10min;
  settings.steps["charge-payment"].backoff_max = 10min;
  shop_that_publishes world{settings};
  const auto names = world.submit(3, {{.step = "charge-payment", .kind = fault_kind::kill, .times = 1}});
  world.shop.pass(5s);
  CHECK(world.nothing_left());
  CHECK(world.world.events().size() == 3 * 2);
  REQUIRE(world.shop.pass_until_all_rest());
  world.shop.pass(5s);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.world.events().size() == 3 * (7 + 2));
  CHECK(world.nothing_left());
}

TEST_CASE("nothing is told that is not durable", "[events]") {
  shop_that_publishes world;
  world.submit(5, {slow});
  world.shop.pass(1s);
  const std::size_t told = world.world.events().size();
  world.store->meet(fates::every(store_call::commit, mishap::unavailable));
  world.shop.pass(10s);
  CHECK(world.world.events().size() == told);
  world.shop.crash();
  world.store->meet(fates::good());
  for (const auto& [order, sequences] : world.world.first_seen())
    CHECK(sequences == world.world.facts_of(order));
}

TEST_CASE("a node that dies at any message leaves no gap in what is told, nor a fact out of order", "[events]") {
  const auto seed = GENERATE(range(1U, 4U));
  int at = 1;
  for (bool reached = true; reached; at += 3) {
    INFO("seed " << seed << ", crash before message " << at);
    shop_settings settings;
    settings.seed = seed;
    shop_that_publishes world{settings};
    int messages = 0;
    world.shop.beware_of([&](std::string_view) { return ++messages >= at; });
    const auto names = world.submit(3);
    world.shop.pass(100ms);
    reached = messages >= at && at < 400;
    world.shop.crash();
    world.shop.beware_of([](std::string_view) { return false; });
    world.shop.open();
    world.shop.pass(2min);
    std::vector<std::string> there;
    for (const std::string& each : names)
      if (*world.shop.office().find_order(order_id{each}))
        there.push_back(each);
    CHECK(world.world.wrongly_told(there).empty());
    CHECK(world.nothing_left());
  }
  CHECK(at > 100);
}

TEST_CASE("what was told and not reported when the node died is told again, in order", "[events]") {
  shop_that_publishes world;
  const auto names = world.submit(5, {slow});
  world.shop.pass(500ms); // told, and the report lingers
  REQUIRE(world.reports() == 0);
  world.shop.crash();
  world.shop.open();
  REQUIRE(world.shop.pass_until_all_rest());
  world.shop.pass(1min);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.world.events().size() > 5 * 7); // doubles
  CHECK(world.nothing_left());
}

TEST_CASE("a broker that is away for a minute costs little memory and no fact", "[events]") {
  shop_settings settings;
  settings.limits.facts_in_memory_max = 50;
  settings.limits.facts_sweep_sagas_max = 10;
  shop_that_publishes world{settings};
  world.world.broker().break_connection("node-1");
  const auto names = world.submit(100);
  CHECK(world.shop.audit().unfinished == 0); // orders need no broker
  world.shop.pass(1min);
  CHECK(world.world.events().empty());
  world.world.broker().mend_connection("node-1");
  world.shop.pass(2min);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.nothing_left());
}

TEST_CASE("a broker that refuses events gets them later, in order", "[events]") {
  shop_that_publishes world;
  const auto names = world.submit(5, {slow});
  world.world.broker().refuse_publishes(true);
  REQUIRE(world.shop.pass_until_all_rest());
  world.world.broker().refuse_publishes(false);
  world.shop.pass(5s);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.nothing_left());
}

TEST_CASE("a broker that confirms nothing for a while is not flooded", "[events]") {
  shop_settings settings;
  settings.limits.facts_in_flight_max = 10;
  shop_that_publishes world{settings};
  world.world.broker().withhold_fates(true);
  const auto names = world.submit(100);
  world.shop.pass(10s);
  CHECK(world.world.events().size() == 10);
  world.world.broker().withhold_fates(false);
  world.shop.pass(10s);
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.nothing_left());
}

TEST_CASE("facts of an order that ended before its node died are told by the next one", "[events]") {
  shop_that_publishes world;
  world.world.broker().break_connection("node-1");
  const auto names = world.submit(10);
  REQUIRE(world.shop.audit().unfinished == 0);
  world.shop.crash();
  world.world.broker().mend_connection("node-1");
  world.shop.open();
  world.shop.pass(1min); // until nobody else can be at it
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.nothing_left());
}

TEST_CASE("nodes that the broker is slow to confirm to do not take one another's facts for left", "[events]") {
  shop_on_the_bus world{{}, {{.name = "node-1"}, {.name = "node-2"}}};
  world.broker().withhold_fates(true);
  for (int i = 0; i < 20; ++i)
    world.submit(order_of_token("o-" + std::to_string(i)));
  world.shop().pass(1min);
  world.broker().withhold_fates(false);
  world.shop().pass(2min);
  CHECK(world.shop().audit().unfinished == 0);
  CHECK(world.events().size() == 20 * 7);
}

TEST_CASE("a node that drains has told everything before it leaves", "[events]") {
  shop_that_publishes world;
  const auto names = world.submit(20, {slow});
  CHECK(world.shop.close(5s, 10s));
  CHECK(world.world.wrongly_told(names).empty());
  CHECK(world.nothing_left());
}

TEST_CASE("a node that drains without a broker leaves its facts in the store", "[events]") {
  shop_that_publishes world;
  world.world.broker().break_connection("node-1");
  world.submit(5);
  CHECK(world.shop.close(1s, 10s));
  CHECK_FALSE(world.nothing_left());
}

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A shop with a broker, with a count of what its store is asked.
struct shop_with_a_clock {
  std::shared_ptr<lot> store = std::make_shared<lot>();
  shop_on_the_bus world{counted()};
  shop_on_virtual_time& shop = world.shop();

private:
  shop_settings counted() const {
    shop_settings s;
    s.between = [asked = store](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::move(behind), asked);
    };
    return s;
  }
};

/// NTP, a hypervisor or a person sets it.
milliseconds set_by() { return GENERATE(-1h, 1h); }

} // namespace

TEST_CASE("a node whose wall clock is set goes on giving signs of life", "[wall-clock]") {
  shop_with_a_clock world;
  world.shop.pass(5s);
  world.shop.set_wall_clock_by(set_by());
  world.store->meet(fates::good());
  world.shop.pass(10s);
  CHECK(world.store->count(store_call::beat) >= 19);
  CHECK(world.store->count(store_call::beat) <= 21);
}

TEST_CASE("a node whose wall clock is set goes on looking for orders and for facts that were left", "[wall-clock]") {
  shop_with_a_clock world;
  world.shop.pass(5s);
  world.shop.set_wall_clock_by(set_by());
  world.store->meet(fates::good());
  world.shop.pass(30s);
  CHECK(world.store->count(store_call::claim) >= 28);
  CHECK(world.store->count(store_call::claim_unpublished) >= 9);
}

TEST_CASE("a store that comes back after the wall clock was set is used at once", "[wall-clock]") {
  shop_with_a_clock world;
  world.shop.pass(5s);
  world.store->meet(fates::always(mishap::unavailable));
  world.shop.pass(1s);
  world.shop.set_wall_clock_by(set_by());
  world.store->meet(fates::good());
  world.shop.pass(1100ms);
  CHECK(world.shop.submit(order_of_token("o-1")).accepted);
  CHECK(world.shop.pass_until_all_rest(1min));
  CHECK(world.shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("a node whose wall clock is set while it drains leaves in time", "[wall-clock]") {
  shop_with_a_clock world;
  const fault slow{.step = "charge-payment", .kind = fault_kind::stall, .times = 1, .delay = 2h};
  REQUIRE(world.shop.submit(order_of_token("o-1", {slow})).accepted);
  const auto drained = world.shop.begin_to_drain(2s);
  world.shop.pass(1s);
  CHECK_FALSE(drained->got);
  world.shop.set_wall_clock_by(-1h);
  world.shop.pass(10s);
  CHECK(drained->got);
}

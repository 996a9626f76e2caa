#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"
#include "tests/actors/store_log.hpp"
#include "workflows/ports/ledger_rules.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A node with a keeper and three gateways; each has a list of what it committed.
struct shop_with_gateways {
  std::vector<std::shared_ptr<batch_list>> logs; // the keeper's first
  std::vector<std::shared_ptr<lot>> stores;
  shop_on_virtual_time shop{settings()};

private:
  shop_settings settings() {
    shop_settings s;
    s.gateways = 3;
    s.between = [this](std::shared_ptr<store> behind) {
      logs.push_back(std::make_shared<batch_list>());
      stores.push_back(std::make_shared<lot>());
      return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), logs.back()), stores.back());
    };
    return s;
  }
};

std::set<std::string> sagas_in(const batch_list& log) {
  std::set<std::string> sagas;
  for (const batch& each : log) {
    for (const auto& s : each.submissions)
      sagas.insert(s.order.value);
    for (const ledger_command& c : each.commands)
      sagas.insert(std::string{split_key(c.idempotency_key)->saga});
    for (const saga_update& u : each.updates)
      sagas.insert(u.after.id.value);
  }
  return sagas;
}

} // namespace

TEST_CASE("all that concerns one order goes through one gateway, and the keeper commits nothing", "[gateways]") {
  shop_with_gateways world;
  for (int i = 0; i < 60; ++i)
    world.shop.hand_in(
        order_of_token("o-" + std::to_string(i),
                       {{.step = "confirm-order", .kind = fault_kind::refuse, .times = i % 2, .code = "X"}}));
  world.shop.hand_in(order_of("", "alice", "token", 1)); // its name is made up
  REQUIRE(world.shop.office().submit({order_of_token("from-outside")}, world.shop.now()));
  REQUIRE(world.shop.pass_until_all_rest());
  REQUIRE(world.logs.size() == 4);
  CHECK(world.logs[0]->empty());
  std::map<std::string, int> gateways_of;
  for (std::size_t i = 1; i < world.logs.size(); ++i) {
    CHECK(world.logs[i]->size() >= 5); // each has its share
    CHECK(effects_ahead_of_their_record(*world.logs[i]).empty());
    CHECK(muddled_records(*world.logs[i]).empty());
    for (const std::string& saga : sagas_in(*world.logs[i]))
      ++gateways_of[saga];
  }
  CHECK(gateways_of.size() == 62);
  for (const auto& [saga, gateways] : gateways_of)
    CHECK(gateways == 1);
  CHECK(world.shop.broken_promises() == "");
}

TEST_CASE("gateways that cannot commit do not make the node look dead", "[gateways]") {
  shop_with_gateways world;
  for (std::size_t i = 1; i < world.stores.size(); ++i)
    world.stores[i]->meet(fates::always(mishap::unavailable));
  world.stores[0]->meet(fates::good());
  world.shop.pass(10s);
  CHECK(world.stores[0]->count(store_call::beat) >= 19);
}

TEST_CASE("a node says once that its store is lost, whichever of its sessions finds out", "[gateways]") {
  shop_with_gateways world;
  for (const auto& each : world.stores)
    each->meet(fates::always(mishap::fenced));
  for (int i = 0; i < 20; ++i)
    world.shop.hand_in(order_of_token("o-" + std::to_string(i)));
  world.shop.pass(5s);
  CHECK(world.shop.store_lost_count() == 1);
}

TEST_CASE("a node with several gateways leaves in order, and the next one goes on", "[gateways]") {
  shop_with_gateways world;
  for (int i = 0; i < 30; ++i)
    world.shop.hand_in(order_of_token(
        "o-" + std::to_string(i), {{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = 1h}}));
  world.shop.settle();
  CHECK(world.shop.close(0s, 5s));
  CHECK(world.shop.actors_alive() == 0);
  CHECK(world.shop.order("o-0").owner.empty());
  world.shop.open();
  REQUIRE(world.shop.pass_until_all_rest());
  CHECK(world.shop.stock("token").reserved == 30);
  CHECK(world.shop.broken_promises() == "");
}

TEST_CASE("an operator who wants a node drained is heard, once", "[gateways]") {
  shop_on_virtual_time shop;
  shop.pass(2s);
  CHECK(shop.drain_wanted_count() == 0);
  REQUIRE(shop.office().ask_to_drain("node-1", "mia", moment{}) == std::size_t{1});
  shop.pass(600ms);
  CHECK(shop.drain_wanted_count() == 1);
  shop.pass(10s);
  CHECK(shop.drain_wanted_count() == 1);
}

#include <map>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

struct counts : telemetry {
  std::map<std::string, int> ended;
  std::map<verdict, int> ignored;
  std::size_t batches = 0;
  std::size_t items = 0;

  void order_ended(const saga& s) noexcept override { ++ended[s.outcome]; }
  void input_ignored(verdict v) noexcept override { ++ignored[v]; }
  void batch_committed(std::size_t n, std::chrono::microseconds) noexcept override {
    ++batches;
    items += n;
  }
};

} // namespace

TEST_CASE("what the engine does can be counted", "[telemetry]") {
  const auto counted = std::make_shared<counts>();
  shop_settings settings;
  settings.watcher = counted;
  shop_on_virtual_time shop{settings};

  shop.submit(order_of_token("o-1"));
  CHECK(counted->ended == std::map<std::string, int>{{"SUCCESS", 1}});
  CHECK(counted->batches == 8); // see group_commit_test
  CHECK(counted->items == 1 + 5 + 5);

  shop.submit(order_of_token("o-2", {{.step = "charge-payment", .kind = fault_kind::duplicate_reply}}));
  shop.submit(order_of_token("o-3", {{.step = "schedule-delivery", .kind = fault_kind::late_reply, .times = 1}}));
  shop.submit(order_of("o-4", "alice", "token", 11));
  REQUIRE(shop.pass_until_all_rest());
  shop.pass(1min);
  CHECK(counted->ended == std::map<std::string, int>{{"SUCCESS", 3}, {"INSUFFICIENT_FUND", 1}});
  CHECK(counted->ignored[verdict::repeated] >= 1);
  CHECK(counted->ignored[verdict::late] >= 1);
}

TEST_CASE("an order that died on its way is counted once", "[telemetry]") {
  const auto counted = std::make_shared<counts>();
  shop_settings settings;
  settings.watcher = counted;
  shop_on_virtual_time shop{settings};
  int messages = 0;
  shop.beware_of([&](std::string_view actor) { return actor == "order" && ++messages == 5; });
  shop.hand_in(order_of_token("o-1"));
  REQUIRE(shop.pass_until_all_rest());
  CHECK(counted->ended == std::map<std::string, int>{{"SUCCESS", 1}});
}

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/actors/shop_on_virtual_time.hpp"
#include "tools/sagachaos/store_decorator.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A store in which, from some time on, another node drives an order.
class store_with_another_node final : public chaos::store_decorator {
public:
  store_with_another_node(std::shared_ptr<store> behind, std::shared_ptr<std::string> taken)
      : store_decorator(std::move(behind)), taken_(std::move(taken)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    const auto is_taken = [this](const saga_update& u) { return u.after.id.value == *taken_; };
    batch ours = work;
    const bool refuses = std::erase_if(ours.updates, is_taken) > 0;
    auto result = behind().commit(ours, now);
    if (result && refuses)
      result->refused.push_back(saga_id{*taken_});
    return result;
  }

private:
  std::shared_ptr<std::string> taken_;
};

struct shop_with_another_node {
  std::shared_ptr<std::string> taken = std::make_shared<std::string>();
  shop_on_virtual_time shop{with(taken)};

private:
  static shop_settings with(const std::shared_ptr<std::string>& taken) {
    shop_settings s;
    s.between = [taken](std::shared_ptr<store> behind) {
      return std::make_shared<store_with_another_node>(std::move(behind), taken);
    };
    return s;
  }
};

const fault slow{.step = "schedule-delivery", .kind = fault_kind::stall, .times = 1, .delay = 2s};

} // namespace

TEST_CASE("an order that another node drives by now is not undone here, and leaves memory", "[taken-order]") {
  shop_with_another_node world;
  auto& shop = world.shop;
  const fault refused{.step = "confirm-order", .kind = fault_kind::refuse, .code = "DELIVERY_FAILED"};
  REQUIRE(shop.submit(order_of_token("o-1", {slow, refused})).accepted);
  shop.pass(500ms);
  CHECK(shop.balance("buyer-of-o-1") == 450);
  *world.taken = "o-1";
  shop.pass(1min);
  CHECK(shop.balance("buyer-of-o-1") == 450);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.broken_count() == 0);
}

TEST_CASE("an order that another node drives by now goes no further here", "[taken-order]") {
  shop_with_another_node world;
  auto& shop = world.shop;
  REQUIRE(shop.submit(order_of_token("o-1", {slow})).accepted);
  REQUIRE(shop.submit(order_of_token("o-2", {slow})).accepted);
  shop.pass(500ms);
  *world.taken = "o-1";
  shop.pass(1min);
  CHECK(shop.orders_in_memory() == 0);
  CHECK(shop.outcome_of("o-2") == "SUCCESS");
  *world.taken = "";
  // Whoever drives it now finds it where it stood.
  shop.crash();
  shop.open();
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
  CHECK(shop.broken_promises() == "");
}

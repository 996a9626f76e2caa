#pragma once

#include <map>
#include <memory>
#include <utility>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_the_bus.hpp"
#include "tests/actors/store_log.hpp"
#include "tests/actors/strange_participant.hpp"

namespace sagad::tests {

struct ignored_input : telemetry {
  std::map<verdict, int> count;
  void input_ignored(verdict v) noexcept override { ++count[v]; }
};

/// A shop whose payment is played by a stranger.
struct shop_with_a_stranger {
  std::shared_ptr<lot> store = std::make_shared<lot>();
  std::shared_ptr<batch_list> log = std::make_shared<batch_list>();
  std::shared_ptr<ignored_input> ignored = std::make_shared<ignored_input>();
  shop_on_the_bus world;
  shop_on_virtual_time& shop = world.shop();
  std::shared_ptr<memory::broker> broker{&world.broker(), [](memory::broker*) {}};
  strange_participant payment{broker, "payment"};

  explicit shop_with_a_stranger(shop_settings settings = {})
      : world{
            with(std::move(settings)),
            {{.name = "node-1", .orchestrates = true, .plays = {"inventory", "delivery", "orders", "notification"}}}} {
    shop.settle();
  }

  /// Answers whatever is asked of it, until all orders have ended.
  bool pass_until_all_rest() {
    std::size_t answered = 0;
    return shop.pass_until(
        [&] {
          for (; answered < payment.commands.size(); ++answered)
            payment.answer(payment.commands[answered], reply_outcome::succeeded);
          return shop.audit().unfinished == 0;
        },
        20min);
  }

private:
  shop_settings with(shop_settings settings) {
    settings.watcher = ignored;
    settings.between = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), log), store);
    };
    return settings;
  }
};

} // namespace sagad::tests

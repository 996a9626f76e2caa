#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"
#include "tests/actors/store_log.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// A shop with a list of what it committed.
struct shop_with_a_log {
  std::shared_ptr<batch_list> log = std::make_shared<batch_list>();
  shop_on_virtual_time shop;

  explicit shop_with_a_log(shop_settings settings = {}) : shop{with(std::move(settings))} {}

  std::size_t rows_of(const std::string& order) const {
    std::size_t rows = 0;
    for (const batch& each : *log)
      rows += static_cast<std::size_t>(std::count_if(each.updates.begin(), each.updates.end(),
                                                     [&](const auto& u) { return u.after.order.value == order; }));
    return rows;
  }

private:
  shop_settings with(shop_settings settings) {
    settings.between = [this](std::shared_ptr<store> behind) {
      return std::make_shared<store_log>(std::move(behind), log);
    };
    return settings;
  }
};

/// The number of the first batch that holds such a thing; the number of batches when none does.
template <class Things, class Wanted>
std::size_t first_batch(const batch_list& log, Things things, Wanted wanted) {
  const auto found = std::find_if(log.begin(), log.end(), [&](const batch& b) {
    return std::any_of((b.*things).begin(), (b.*things).end(), wanted);
  });
  return static_cast<std::size_t>(found - log.begin());
}

std::size_t first_command(const batch_list& log, action what, std::string_view participant) {
  return first_batch(log, &batch::commands,
                     [=](const ledger_command& c) { return c.what == what && c.participant == participant; });
}

std::size_t first_update(const batch_list& log, const std::function<bool(const saga&)>& wanted) {
  return first_batch(log, &batch::updates, [&](const saga_update& u) { return wanted(u.after); });
}

} // namespace

TEST_CASE("an order alone costs a commit for its acceptance, for each effect and each record that is waited for",
          "[group-commit]") {
  shop_with_a_log world;
  world.shop.submit(order_of_token("o-1"));
  REQUIRE(world.shop.outcome_of("o-1") == "SUCCESS");
  CHECK(world.log->size() == 1 + 5 + 2);
  // The first question is recorded with the order, and each other one in the transaction of its effect; those of the
  // pivot and the end are waited for. That of the notice is swallowed by the pivot's.
  CHECK(world.rows_of("o-1") == 3 + 2);
}

TEST_CASE("what happens to an order while the store is out of order becomes one row", "[group-commit]") {
  const auto mishaps = std::make_shared<lot>();
  const auto log = std::make_shared<batch_list>();
  shop_settings settings;
  settings.limits.store_retry_pause_max = settings.limits.store_retry_pause;
  settings.between = [=](std::shared_ptr<store> behind) {
    return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), log), mishaps);
  };
  shop_on_virtual_time shop{settings};
  shop.submit(order_of_token("o-1", {{.step = "charge-payment", .kind = fault_kind::stall, .times = 2}}));
  shop.pass(1s);
  log->clear();
  mishaps->meet(fates::every(store_call::commit, mishap::unavailable));
  shop.pass(8s); // it times out, probes, times out, asks again
  mishaps->meet(fates::good());
  shop.pass(200ms);
  std::vector<std::size_t> facts_of_rows;
  for (const batch& each : *log)
    for (const saga_update& row : each.updates)
      facts_of_rows.push_back(row.facts.size());
  CHECK(facts_of_rows == std::vector<std::size_t>{2});
  REQUIRE(shop.pass_until_all_rest());
  CHECK(shop.outcome_of("o-1") == "SUCCESS");
}

TEST_CASE("orders that go together share their commits", "[group-commit]") {
  shop_with_a_log world;
  constexpr int orders = 200;
  for (int i = 0; i < orders; ++i)
    world.shop.hand_in(order_of_token("o-" + std::to_string(i)));
  world.shop.settle();
  CHECK(world.shop.audit().reserved == orders);
  CHECK(world.log->size() <= 20);
}

TEST_CASE("a batch is bounded", "[group-commit]") {
  shop_settings small;
  small.limits.batch_items_max = 16;
  shop_with_a_log world{small};
  for (int i = 0; i < 200; ++i)
    world.shop.hand_in(order_of_token("o-" + std::to_string(i)));
  world.shop.settle();
  REQUIRE(world.shop.audit().reserved == 200);
  for (const batch& each : *world.log)
    CHECK(each.submissions.size() + each.commands.size() + each.updates.size() <= 16);
}

TEST_CASE("many orders that wait do not break up the batches of those that go on", "[group-commit]") {
  shop_settings small;
  small.limits.batch_items_max = 16;
  shop_with_a_log world{small};
  for (int i = 0; i < 40; ++i)
    world.shop.submit(
        order_of_token("w-" + std::to_string(i), {{.step = "schedule-delivery", .kind = fault_kind::stall}}));
  world.log->clear();
  for (int i = 0; i < 10; ++i)
    world.shop.hand_in(order_of_token("o-" + std::to_string(i)));
  world.shop.settle();
  REQUIRE(world.shop.outcome_of("o-9") == "SUCCESS");
  CHECK(world.log->size() <= 20);
}

TEST_CASE("progress that nobody waits for is written once it has lingered", "[group-commit]") {
  shop_with_a_log world;
  world.shop.submit(order_of_token("o-1", {{.step = "schedule-delivery", .kind = fault_kind::stall}}));
  world.log->clear();
  world.shop.pass(200ms);
  CHECK(world.rows_of("o-1") == 1);
  CHECK(world.shop.history("o-1").back() == "order.step.reserve-inventory.succeeded");
}

TEST_CASE("no effect is durable before the record of the question that caused it", "[group-commit]") {
  shop_settings settings;
  settings.seed = GENERATE(range(1U, 11U));
  settings.limits.batch_items_max = 7;
  shop_with_a_log world{settings};
  INFO("seed " << *settings.seed);
  for (int i = 0; i < 20; ++i)
    world.shop.hand_in(
        order_of_token("o-" + std::to_string(i),
                       {{.step = "confirm-order", .kind = fault_kind::refuse, .times = i % 2, .code = "X"}}));
  REQUIRE(world.shop.pass_until_all_rest());
  CHECK(effects_ahead_of_their_record(*world.log).empty());
  CHECK(muddled_records(*world.log).empty());
}

TEST_CASE("no undo reaches a ledger before the decision to turn round is durable", "[group-commit]") {
  struct turn {
    std::string_view step;
    std::string_view participant;
  };
  const auto turned_at = GENERATE(turn{"reserve-inventory", "payment"}, turn{"schedule-delivery", "inventory"},
                                  turn{"confirm-order", "delivery"});
  shop_with_a_log world;
  world.shop.submit(
      order_of_token("o-1", {{.step = std::string{turned_at.step}, .kind = fault_kind::refuse, .code = "X"}}));
  REQUIRE(world.shop.state_of("o-1") == "rolled_back");
  const auto& log = *world.log;
  const std::size_t turned = first_update(log, [](const saga& s) { return s.state == saga_state::compensating; });
  const std::size_t undone = first_command(log, action::undo, turned_at.participant);
  REQUIRE(undone < log.size());
  CHECK(turned < undone); // inside a batch, commands come before updates
}

TEST_CASE("no confirmation is withdrawn before the decision is durable", "[group-commit]") {
  shop_with_a_log world;
  world.shop.submit(order_of_token("o-1", {{.step = "confirm-order", .kind = fault_kind::kill}}));
  REQUIRE(world.shop.pass_until_all_rest());
  const auto& log = *world.log;
  const std::size_t decided = first_update(
      log, [](const saga& s) { return s.asking == action::undo && s.steps[s.at].name == "confirm-order"; });
  const std::size_t withdrawn = first_command(log, action::undo, "orders");
  REQUIRE(withdrawn < log.size());
  CHECK(decided < withdrawn);
}

TEST_CASE("no customer is notified before the confirmation is durable", "[group-commit]") {
  shop_with_a_log world;
  world.shop.submit(order_of_token("o-1"));
  const auto& log = *world.log;
  const std::size_t confirmed =
      first_update(log, [](const saga& s) { return s.steps[3].state == step_state::succeeded; });
  const std::size_t notified = first_command(log, action::perform, "notification");
  REQUIRE(notified < log.size());
  CHECK(confirmed < notified);
}

TEST_CASE("nobody hears of an acceptance that is not durable", "[group-commit]") {
  shop_with_a_log world;
  const auto answer = world.shop.hand_in(order_of_token("o-1"));
  bool heard_too_early = false;
  world.shop.beware_of([&](std::string_view) {
    heard_too_early = heard_too_early || (answer->got && world.log->empty());
    return false;
  });
  world.shop.settle();
  REQUIRE(answer->got);
  CHECK_FALSE(heard_too_early);
}

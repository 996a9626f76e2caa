#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/stuck_orders.hpp"

using namespace sagad;
using namespace sagad::tests;
using enum operations::operator_action;

namespace {

bool is_over(shop_on_virtual_time& shop, const std::string& operation) {
  const auto found = shop.office().find_operation(operation);
  REQUIRE(found);
  REQUIRE(*found);
  return (**found).counts.planned + (**found).counts.released == 0;
}

/// An operation in a hard world: orders that are in memory, held, resting; the repair that they get, and the fact that
/// says in an order's history that it got it.
struct kind_of_repair {
  operations::operator_action what;
  std::string said_in_history;
};

class repaired_shop {
public:
  explicit repaired_shop(const kind_of_repair& kind, bool on_the_bus) : kind_(kind), shop_(settings(on_the_bus)) {
    shop_.submit(order_of_token("open", {stuck_at("reserve-inventory", 20s)}));
    shop_.submit(order_of_token("held", {stuck_at("schedule-delivery", 20s)}));
    shop_.submit(order_of_token("pausing", {{.step = "charge-payment", .kind = fault_kind::kill, .times = 1}}));
    REQUIRE(shop_.wish(event::kind::hold, "held", "let me see") == verdict::moved);
    shop_.pass(1s);
    for (const std::string& each : orders())
      said_before_[each] = said(each);
  }

  static std::vector<std::string> orders() { return {"open", "held", "pausing"}; }
  shop_on_virtual_time& shop() { return shop_; }
  lot& store() { return *befalls_; }

  void begin() { operation_ = shop_.repair(kind_.what, orders()).id; }

  void end_and_check() {
    REQUIRE(shop_.pass_until([this] { return is_over(shop_, operation_); }, 2min));
    for (const std::string& each : orders()) {
      const repair r = shop_.repair_of(operation_, each);
      INFO(each << ": " << to_string(r.state) << ": " << r.because);
      CHECK(said(each) == said_before_[each] + (r.state == repair_state::applied ? 1U : 0U));
    }
    let_all_end();
    CHECK(shop_.broken_promises() == "");
    CHECK(shop_.orders_in_memory() == 0);
  }

  std::size_t applied() {
    std::size_t count = 0;
    for (const std::string& each : orders())
      count += shop_.repair_of(operation_, each).state == repair_state::applied ? 1U : 0U;
    return count;
  }

private:
  shop_settings settings(bool on_the_bus) {
    shop_settings s;
    s.supervised = true;
    s.limits.rest_beyond = 10s;
    s.steps["charge-payment"].backoff_initial = 25s;
    s.steps["charge-payment"].backoff_max = 25s;
    for (const auto* step : {"reserve-inventory", "schedule-delivery"})
      s.steps[step].reply_timeout = 15s;
    if (on_the_bus)
      s.cluster = one_node();
    s.between = [this](std::shared_ptr<sagad::store> behind) {
      return std::make_shared<faulty_store>(std::move(behind), befalls_);
    };
    return s;
  }

  std::size_t said(const std::string& order) { return said_of(shop_, order, kind_.said_in_history); }

  void let_all_end() {
    befalls_->meet(fates::good());
    shop_.pass(1s);
    for (const std::string& each : orders())
      if (shop_.state_of(each) == "held")
        CHECK(shop_.wish(event::kind::resume, each) == verdict::moved);
    REQUIRE(shop_.pass_until_all_rest(5min));
  }

  kind_of_repair kind_;
  std::shared_ptr<lot> befalls_ = std::make_shared<lot>();
  shop_on_virtual_time shop_;
  std::string operation_;
  std::map<std::string, std::size_t> said_before_;
};

const std::vector<kind_of_repair> kinds{{cancel, "order.cancel-requested"},
                                        {hold, "order.held"},
                                        {resume, "order.resumed"},
                                        {retry, "order.retry-requested"},
                                        {compensate, "order.compensate-requested"}};

} // namespace

TEST_CASE("a repair is applied once though its node dies before or after any call of the store", "[repair]") {
  const auto kind = GENERATE(from_range(kinds));
  const bool on_the_bus = GENERATE(false, true);
  const auto call = GENERATE(store_call::commit, store_call::claim_repairs, store_call::claim, store_call::load);
  // Fenced: the node dies, and nothing was done. An answer that is lost: it was done, and then the node dies.
  const auto death = GENERATE(mishap::fenced, mishap::answer_lost);
  if (call == store_call::load && death == mishap::answer_lost)
    return; // nothing was done, and the node may ask again
  for (int number = 1;; ++number) {
    INFO(operations::to_string(kind.what)
         << ", " << (on_the_bus ? "on the bus, " : "") << "dies at call " << number << " of kind "
         << static_cast<int>(call) << (death == mishap::fenced ? ", before it" : ", after it"));
    repaired_shop world{kind, on_the_bus};
    world.store().meet(fates::at(call, number, death));
    world.begin();
    world.shop().pass(300ms);
    const bool came_so_far = world.store().count(call) >= number;
    world.end_and_check();
    if (came_so_far)
      continue;
    CHECK(world.applied() >= 1); // undisturbed
    break;
  }
}

TEST_CASE("a repair is applied once though its order's actor dies of any message", "[repair]") {
  const auto kind = GENERATE(from_range(kinds));
  for (int number = 1;; ++number) {
    INFO(operations::to_string(kind.what) << ", an order's actor dies of message " << number);
    repaired_shop world{kind, false};
    int messages = 0;
    world.shop().beware_of([&](std::string_view actor) { return actor == "order" && ++messages == number; });
    world.begin();
    world.shop().pass(1s);
    const bool came_so_far = messages >= number;
    world.shop().beware_of([](std::string_view) { return false; });
    world.end_and_check();
    if (came_so_far)
      continue;
    CHECK(world.applied() >= 1); // undisturbed
    break;
  }
}

TEST_CASE("a store that fails now and then neither loses a repair nor applies it twice", "[repair]") {
  const auto kind = GENERATE(from_range(kinds));
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO(operations::to_string(kind.what) << ", seed " << seed);
    repaired_shop world{kind, seed % 2 == 0};
    world.store().meet(fates::now_and_then(seed, 6));
    world.begin();
    world.shop().pass(3s);
    world.store().meet(fates::good());
    world.end_and_check();
  }
}

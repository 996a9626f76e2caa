#include "actors/timekeeper.hpp"

#include <map>
#include <string>
#include <vector>

#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include "tools/sagachaos/virtual_time.hpp"

using namespace sagad;
using namespace sagad::actors;
using namespace std::chrono_literals;

namespace {

/// The moments at which each order was woken, counted from the test's beginning.
using wakings = std::map<std::string, std::vector<milliseconds>>;

/// A timekeeper, and orders that do nothing but note when they are woken.
class orders_that_wait {
public:
  ~orders_that_wait() {
    for (const auto& each : orders_)
      caf::anon_send_exit(each.second, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(keeper_, caf::exit_reason::user_shutdown);
    time_.settle();
  }

  void wake(const std::string& order, milliseconds in) {
    caf::anon_send(keeper_, remind{saga_id{order}, actor_of(order), time_.now() + in});
    time_.settle();
  }
  void forget_it(const std::string& order) {
    caf::anon_send(keeper_, forget{saga_id{order}});
    time_.settle();
  }
  /// The order's actor is gone; a later `wake` starts a new one.
  void kill(const std::string& order) {
    caf::anon_send_exit(orders_.at(order), caf::exit_reason::kill);
    orders_.erase(order);
    time_.settle();
  }
  void pass(milliseconds duration) { time_.pass(duration); }
  /// In the timekeeper's queue, outdated ones too.
  std::size_t places() const {
    auto* actor = caf::actor_cast<caf::abstract_actor*>(keeper_);
    return dynamic_cast<timekeeper_actor::stateful_pointer<timekeeper_state>>(actor)->state.queue.size();
  }

  wakings woken;

private:
  order_actor actor_of(const std::string& name) {
    if (const auto known = orders_.find(name); known != orders_.end())
      return known->second;
    const auto noting = [this, name]() -> order_actor::behavior_type {
      return {[](const reply&) {}, [this, name](actors::wake) { woken[name].push_back(elapsed()); }, [](rest) {},
              [](const wish&) { return wish_result{}; }};
    };
    return orders_.emplace(name, time_.system().spawn(noting)).first->second;
  }

  milliseconds elapsed() { return time_.now() - began_; }

  chaos::virtual_time time_;
  moment began_ = time_.now();
  timekeeper_actor keeper_ = time_.system().spawn(timekeeper, time_.clock(), engine_limits{.tick_every = 10ms});
  std::map<std::string, order_actor> orders_;
};

} // namespace

TEST_CASE("an order is woken once, when its time has come", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("o-1", 100ms);
  orders.pass(99ms);
  CHECK(orders.woken.empty());
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"o-1", {100ms}}});
}

TEST_CASE("a new reminder replaces the order's earlier one", "[timekeeper]") {
  orders_that_wait orders;
  SECTION("by a later one") {
    orders.wake("o-1", 50ms);
    orders.wake("o-1", 200ms);
    orders.pass(1'000ms);
    CHECK(orders.woken == wakings{{"o-1", {200ms}}});
  }
  SECTION("by an earlier one") {
    orders.wake("o-1", 200ms);
    orders.wake("o-1", 50ms);
    orders.pass(1'000ms);
    CHECK(orders.woken == wakings{{"o-1", {50ms}}});
  }
  SECTION("by the same one") {
    orders.wake("o-1", 50ms);
    orders.wake("o-1", 50ms);
    orders.pass(1'000ms);
    CHECK(orders.woken == wakings{{"o-1", {50ms}}});
  }
}

TEST_CASE("orders are woken each at its own time", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("late", 300ms);
  orders.wake("soon", 20ms);
  orders.wake("next", 150ms);
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"late", {300ms}}, {"next", {150ms}}, {"soon", {20ms}}});
}

TEST_CASE("a time that has passed already wakes the order at the next tick", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("o-1", -5'000ms);
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"o-1", {10ms}}});
}

TEST_CASE("a forgotten order sleeps on", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("o-1", 50ms);
  orders.wake("o-2", 50ms);
  orders.forget_it("o-1");
  orders.forget_it("never heard of");
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"o-2", {50ms}}});
}

TEST_CASE("a reminder of an order that died wakes nobody, and its successor gets its own", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("o-1", 50ms);
  orders.kill("o-1");
  orders.wake("o-1", 80ms);
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"o-1", {80ms}}});
}

TEST_CASE("the timekeeper goes on after it had nothing to do", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("o-1", 50ms);
  orders.pass(5'000ms);
  orders.wake("o-1", 50ms);
  orders.pass(1'000ms);
  CHECK(orders.woken == wakings{{"o-1", {50ms, 5'050ms}}});
}

TEST_CASE("reminders that are called off do not pile up until their time", "[timekeeper]") {
  orders_that_wait orders;
  orders.wake("kept", 50ms);
  for (int i = 0; i < 5'000; ++i) {
    orders.wake("o-1", 1h);
    orders.forget_it("o-1");
  }
  CHECK(orders.places() < 2'000);
  orders.pass(2h);
  CHECK(orders.woken == wakings{{"kept", {50ms}}});
}

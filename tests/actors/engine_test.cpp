#include "actors/engine.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include "adapters/memory/memory_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"

// The engine on real threads and in real time, as a node runs it: how it comes up and goes down. What it does in
// between is tested on virtual time.

using namespace sagad;
using namespace sagad::actors;
using namespace sagad::tests;

namespace {

moment wall_clock() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

class real_node {
public:
  real_node() {
    spdlog::set_level(spdlog::level::off);
    REQUIRE(office_->set_price(sku{"token"}, 50));
    REQUIRE(office_->add_stock(sku{"token"}, 1'000));
    start();
  }

  void start() {
    auto catalog = std::make_shared<saga_catalog>();
    settings_by_step impatient;
    impatient["reserve-inventory"].reply_timeout = 50ms;
    REQUIRE(catalog->add(checkout::checkout_saga, impatient));
    node_options options;
    options.allow_faults = true;
    auto target = memory::open_node(world_, options);
    REQUIRE(target);
    const std::shared_ptr<store> session = std::move(*target);
    engine_.emplace(system_, engine_config{.keeper = session,
                                           .gateways = {session},
                                           .catalog = std::move(catalog),
                                           .clock = wall_clock,
                                           .allow_faults = true});
  }

  void submit(int count, const std::string& name, const std::vector<fault>& faults = {}) {
    caf::scoped_actor self{system_};
    for (int i = 0; i < count; ++i)
      self->request(engine_->orders(), 30s, order_of_token(name + std::to_string(i), faults))
          .receive([](const acceptance& a) { CHECK(a.accepted); },
                   [&](const caf::error& why) { FAIL(system_.render(why)); });
  }

  engine& node() { return *engine_; }
  /// Returns when no actor is left, and the node's session on the store has ended.
  void wait_until_all_are_gone() {
    system_.await_all_actors_done();
    engine_.reset();
  }
  /// Looks again and again, for as long as `patience`.
  static bool comes_true_in(std::chrono::seconds patience, const std::function<bool()>& come_true) {
    for (const auto end = std::chrono::steady_clock::now() + patience; !come_true(); std::this_thread::yield())
      if (std::chrono::steady_clock::now() > end)
        return false;
    return true;
  }
  audit_report audit() {
    auto report = office_->audit(wall_clock());
    REQUIRE(report);
    for (const audit_finding& each : report->findings)
      FAIL_CHECK(each.subject << ": " << each.detail);
    return *report;
  }

private:
  std::shared_ptr<memory::world> world_ = memory::make_world();
  std::unique_ptr<back_office> office_ = memory::open_back_office(world_);
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::optional<engine> engine_;
};

const fault stuck{.step = "reserve-inventory", .kind = fault_kind::stall, .times = 1, .delay = 1h};

} // namespace

TEST_CASE("a node that shuts down has let orders end, has written everything, and is gone", "[engine]") {
  real_node shop;
  shop.submit(50, "quick-");
  shop.submit(5, "stuck-", {stuck});
  const auto began = std::chrono::steady_clock::now();
  shop.node().shut_down(100ms);
  shop.wait_until_all_are_gone();
  CHECK(std::chrono::steady_clock::now() - began < 4s);
  const audit_report audit = shop.audit();
  CHECK(audit.unfinished == 5);
  CHECK(audit.reserved == 50);
  CHECK(audit.charged == 55 * 50);

  SECTION("and what rested goes on in the next one") {
    shop.start();
    CHECK(shop.comes_true_in(30s, [&] { return shop.audit().unfinished == 0; }));
    CHECK(shop.audit().reserved == 55);
    shop.node().shut_down(0ms);
    shop.wait_until_all_are_gone();
  }
}

TEST_CASE("a node that is abandoned is gone at once, and what was accepted is not", "[engine]") {
  real_node shop;
  shop.submit(20, "quick-");
  shop.submit(5, "stuck-", {stuck});
  shop.node().abandon();
  shop.wait_until_all_are_gone();
  CHECK(shop.audit().orders == 25);
}

TEST_CASE("a node that never had anything to do shuts down at once", "[engine]") {
  real_node shop;
  const auto began = std::chrono::steady_clock::now();
  shop.node().shut_down(1h);
  shop.wait_until_all_are_gone();
  CHECK(std::chrono::steady_clock::now() - began < 2s);
}

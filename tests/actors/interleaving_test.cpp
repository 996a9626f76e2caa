#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "tests/actors/faulty_store.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"
#include "tests/actors/store_log.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

constexpr std::uint64_t seeds = 300;

/// A few orders of a few customers, and everything that may happen to them, all chosen by one seed.
class hard_life {
public:
  explicit hard_life(std::uint64_t seed) : chance_(seed), shop_(settings(seed)) {}

  void live() {
    REQUIRE(shop_.office().set_price(sku{"rare"}, 120));
    REQUIRE(shop_.office().add_stock(sku{"rare"}, 4));
    store_->meet(fates::now_and_then(chance_(), 25));
    shop_.beware_of([this](std::string_view actor) { return strikes(actor); });
    for (int i = 0; i < turns; ++i) {
      turn();
      shop_.pass(milliseconds{any(1'500)});
      forget_what_a_restart_cut_off();
    }
  }

  void end_in_peace() {
    shop_.beware_of([](std::string_view) { return false; });
    store_->meet(fates::good());
    REQUIRE(shop_.pass_until_all_rest());
    shop_.pass(1s); // until the engine knows that the store works again
    forget_what_a_restart_cut_off();
    for (const std::string& id : orders_)
      if (is_there(id) && shop_.state_of(id) == "held")
        CHECK(shop_.wish(event::kind::resume, id) == verdict::moved);
    REQUIRE(shop_.pass_until_all_rest());
    shop_.pass(1min); // what is late arrives
    CHECK(shop_.broken_promises() == "");
    CHECK(shop_.orders_in_memory() == 0);
    CHECK(effects_ahead_of_their_record(*log_) == std::vector<std::string>{});
    CHECK(muddled_records(*log_) == std::vector<std::string>{});
    for (const auto& [id, answer] : answers_) {
      INFO(id);
      if (answer->got && answer->got->accepted)
        CHECK(is_there(id));
    }
    for (const auto& is_answered : since_last_crash_)
      CHECK(is_answered());
    shop_.crash();
    CHECK(shop_.actors_alive() == 0);
  }

private:
  static constexpr int turns = 12;
  static constexpr int deaths_max = 6;

  shop_settings settings(std::uint64_t seed) {
    shop_settings s;
    s.seed = seed;
    s.limits.open_orders_max = 2 + any(6);
    s.limits.rest_beyond = milliseconds{100 + any(5'000)};
    s.steps["notify-customer"].total_timeout = 30s;
    s.supervised = true;
    s.between = [this](std::shared_ptr<store> behind) {
      return std::make_shared<faulty_store>(std::make_shared<store_log>(std::move(behind), log_), store_);
    };
    return s;
  }

  void turn() {
    const auto what = any(10);
    if (what < 6 || orders_.empty())
      return submit();
    if (what == 9) {
      since_last_crash_.clear();
      shop_.crash();
      return shop_.open();
    }
    constexpr std::array wishes{event::kind::cancel, event::kind::hold, event::kind::resume};
    expect(shop_.hand_in_wish(wishes[any(wishes.size())], orders_[any(orders_.size())]));
  }

  void submit() {
    const bool again = !orders_.empty() && any(6) == 0;
    if (!again)
      orders_.push_back("o-" + std::to_string(orders_.size()));
    const std::string& id = orders_[again ? any(orders_.size()) : orders_.size() - 1];
    auto order = submissions_.try_emplace(id, any_order(id)).first->second;
    if (any(4) == 0) {
      REQUIRE(shop_.office().submit({std::move(order)}, shop_.now()));
      return;
    }
    answers_.emplace_back(id, shop_.hand_in(order));
    expect(answers_.back().second);
  }

  checkout::submission any_order(const std::string& id) {
    constexpr std::array<const char*, 3> customers{"alice", "bob", "carol"};
    auto order = order_of(id, customers[any(customers.size())], any(2) == 0 ? "token" : "rare",
                          static_cast<checkout::quantity>(1 + any(3)));
    for (auto n = any(4); n > 1; --n)
      order.faults.push_back(any_fault());
    return order;
  }

  fault any_fault() {
    constexpr std::array<const char*, 9> places{"charge-payment",    "refund-payment",    "reserve-inventory",
                                                "release-inventory", "schedule-delivery", "cancel-delivery",
                                                "confirm-order",     "notify-customer",   "withdraw-confirmation"};
    fault f{.step = places[any(places.size())],
            .kind = static_cast<fault_kind>(any(7)),
            .times = static_cast<int>(any(4)),
            .delay = {},
            .code = "NO_WAY"};
    if (any(2) == 0)
      f.delay = milliseconds{any(20'000)};
    return f;
  }

  bool strikes(std::string_view actor) {
    constexpr std::array<std::string_view, 6> mortals{"order",    "payment", "inventory",
                                                      "delivery", "orders",  "notification"};
    const bool mortal = std::find(mortals.begin(), mortals.end(), actor) != mortals.end();
    return mortal && deaths_ < deaths_max && any(40) == 0 && ++deaths_ > 0;
  }

  /// Nobody may be left without an answer by a node that lives.
  template <class Answer>
  void expect(awaited_ptr<Answer> answer) {
    since_last_crash_.push_back([=] { return answer->got || answer->broken; });
  }

  void forget_what_a_restart_cut_off() {
    if (std::exchange(restarts_, shop_.restarts()) != shop_.restarts())
      since_last_crash_.clear();
  }

  bool is_there(const std::string& id) { return shop_.office().find_order(order_id{id})->has_value(); }
  std::size_t any(std::size_t below) { return chance_() % below; }

  std::mt19937_64 chance_;
  std::shared_ptr<batch_list> log_ = std::make_shared<batch_list>();
  std::shared_ptr<lot> store_ = std::make_shared<lot>();
  int deaths_ = 0;
  int restarts_ = 0;
  shop_on_virtual_time shop_;
  std::vector<std::string> orders_;
  std::map<std::string, checkout::submission> submissions_;
  std::vector<std::pair<std::string, awaited_ptr<acceptance>>> answers_;
  std::vector<std::function<bool()>> since_last_crash_;
};

void try_seed(std::uint64_t seed) {
  INFO("replay it with SAGAD_SEED=" << seed);
  hard_life life{seed};
  life.live();
  life.end_in_peace();
}

} // namespace

TEST_CASE("whoever dies, whatever gets lost, and in whichever order messages come, all promises are kept",
          "[interleaving]") {
  if (const char* seed = std::getenv("SAGAD_SEED"))
    return try_seed(std::strtoull(seed, nullptr, 10));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    try_seed(seed);
}

#include "workflows/operations/stuck.hpp"

#include <chrono>
#include <iostream>
#include <limits>

#include "tests/workflows/operations/sample_orders.hpp"
#include "workflows/operations/stake.hpp"

namespace sagad::tests {

using namespace operations;

namespace {

order_view stuck_at(const saga_script& story, std::string id, moment since, checkout::money total = 100) {
  order_view o = view_of(story.now(), std::move(id), total);
  o.now.wrong.since = since;
  return o;
}

moment now_of(const saga_script& story) { return story.now().updated_at; }

} // namespace

TEST_CASE("orders that wait for the same thing are one group, the most money first", "[stuck]") {
  const saga_script refund = unrefunded();
  const saga_script charge = uncharged();
  const moment now = now_of(refund) + 1h;
  const std::vector<order_view> orders{stuck_at(charge, "o-1", now - 30min, 10), stuck_at(refund, "o-2", now - 20min),
                                       stuck_at(charge, "o-3", now - 5min, 10), stuck_at(refund, "o-4", now - 50min),
                                       stuck_at(charge, "o-5", now - 2min, 10)};
  const auto groups = stuck(orders, impatient_catalog(), now);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].why.step == "refund-payment");
  CHECK(groups[0].key == key_of(groups[0].why));
  CHECK(groups[0].count == 2);
  CHECK(groups[0].held == 2);
  CHECK(groups[0].in_doubt == 200);
  CHECK(groups[0].oldest == now - 50min);
  CHECK(groups[0].newest == now - 20min);
  CHECK(groups[0].examples == std::vector{order_id{"o-4"}, order_id{"o-2"}});
  CHECK(groups[1].why.code == "TIMEOUT");
  CHECK(groups[1].count == 3);
  CHECK(groups[1].held == 0);
  CHECK(groups[1].lately == 2);
  CHECK(groups[1].before == 0);
  CHECK(groups[1].goes() == trend::rising);
}

TEST_CASE("an order is stuck when it is held, or fails for longer than one has patience", "[stuck]") {
  const saga_script charge = uncharged();
  const moment since = charge.now().wrong.since.value();
  CHECK_FALSE(stuck_since(charge.now(), since + 59s));
  CHECK(stuck_since(charge.now(), since + 1min) == since);
  CHECK(stuck_since(charge.now(), since + 1s, {.longer_than = 1s}) == since);
  CHECK(stuck_since(unrefunded().now(), since) == unrefunded().now().wrong.since);
  CHECK_FALSE(stuck_since(paid_checkout().now(), since + 24h));
  saga_script over = unrefunded();
  over.skip();
  CHECK_FALSE(stuck_since(over.now(), since + 24h));
}

TEST_CASE("what a person holds is stuck since they did", "[stuck]") {
  saga_script charge = uncharged();
  charge.time_passes(10min).hold();
  CHECK(stuck_since(charge.now(), charge.now().updated_at) == charge.now().updated_at);
}

TEST_CASE("a group that gets fewer new members than before is easing", "[stuck]") {
  const saga_script refund = unrefunded();
  const moment now = now_of(refund) + 10h;
  std::vector<order_view> orders;
  for (int i = 0; i < 10; ++i)
    orders.push_back(stuck_at(refund, "o-" + std::to_string(i), now - (i < 3 ? 5min : 15min)));
  CHECK(stuck(orders, impatient_catalog(), now).at(0).goes() == trend::easing);
  CHECK(stuck(orders, impatient_catalog(), now + 5h).at(0).goes() == trend::steady);
}

TEST_CASE("money is at stake while it may have been taken and was not given back", "[stuck][stake]") {
  const auto at_stake = [](const saga_script& story) {
    const stake s = stake_of(view_of(story.now()), impatient_catalog());
    return std::pair{s.charged, s.in_doubt};
  };
  using amounts = std::pair<checkout::money, checkout::money>;
  saga_script accepted_only{checkout_saga, order_of(2'500)};
  CHECK(at_stake(accepted_only) == amounts{0, 2'500}); // it is being asked for
  CHECK(at_stake(uncharged()) == amounts{0, 2'500});
  CHECK(at_stake(paid_checkout()) == amounts{2'500, 0});
  CHECK(at_stake(unrefunded()) == amounts{0, 2'500});
  saga_script refused_charge{checkout_saga, order_of(2'500)};
  refused_charge.sends("payment", "charge-payment").then(refused("INSUFFICIENT_FUND"));
  CHECK(at_stake(refused_charge) == amounts{0, 0});
  order_view unknown = view_of(paid_checkout().now());
  unknown.now.version = 9;
  CHECK(stake_of(unknown, impatient_catalog()).total() == 2'500);
  CHECK(added(std::numeric_limits<checkout::money>::max(), 1) == std::numeric_limits<checkout::money>::max());
}

TEST_CASE("100,000 stuck orders are grouped while one waits", "[stuck][performance]") {
  const saga_script refund = unrefunded();
  const moment now = now_of(refund) + 1h;
  std::vector<order_view> orders;
  for (int i = 0; i < 100'000; ++i) {
    orders.push_back(stuck_at(refund, "o-" + std::to_string(i), now - milliseconds{i}));
    orders.back().now.wrong.detail = "receipt r-" + std::to_string(i) + " of " + std::to_string(i % 50) + " is gone";
    orders.back().now.wrong.code = "CODE_" + std::string(1, static_cast<char>('A' + i % 20));
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto groups = stuck(orders, impatient_catalog(), now);
  const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  std::cout << "note: 100,000 stuck orders in " << groups.size() << " groups: " << took.count() << " ms\n";
  CHECK(groups.size() == 20);
  CHECK(took < 5s); // far above what it takes: sanitizers, and a busy machine
}

} // namespace sagad::tests

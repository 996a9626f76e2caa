#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "tools/sagachaos/storm/known_orders.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace {

using namespace sagad;
using namespace sagad::chaos::storm;

scenario all_kinds() { return parse_scenario(built_in_scenario("default").value()).value(); }

std::optional<checkout::money> price_in(const shop_goods& goods, const sku& item) {
  for (const auto& shelf : goods.shelves)
    if (shelf.item == item)
      return shelf.price;
  return std::nullopt;
}

} // namespace

TEST_CASE("the same seed makes the same orders, each with an id of its own", "[storm]") {
  const scenario s = all_kinds();
  known_orders one{s, 7}, same{s, 7}, other{s, 8};
  std::set<std::string> ids;
  bool differs = false;
  for (int i = 0; i < 500; ++i) {
    const known_order made = one.next();
    CHECK(made.body == same.next().body);
    differs = differs || made.body != other.next().body;
    ids.insert(made.body.order.value);
  }
  CHECK(differs);
  CHECK(ids.size() == 500);
}

TEST_CASE("every kind comes, and a node would decide on it as is expected of it", "[storm]") {
  const scenario s = all_kinds();
  const shop_goods goods = goods_for(s);
  known_orders orders{s, 1};
  std::map<order_kind, int> came;
  for (int i = 0; i < 2'000; ++i) {
    const known_order made = orders.next();
    ++came[made.kind];
    const auto decided = checkout::decide_acceptance(
        made.body, checkout::canonical_text(made.body), {}, [&](const sku& item) { return price_in(goods, item); },
        true);
    INFO(to_string(made.kind));
    CHECK(decided.answer.accepted == expected_of(made.kind).accepted);
    CHECK(!checkout::check_faults(made.body, true));
    if (!decided.input)
      continue;
    const bool can_pay = made.body.customer.value.starts_with("rich-");
    CHECK(can_pay == (made.kind != order_kind::broke));
    CHECK(checkout::total_of(*decided.input) <= goods.riches / 10);
    if (!can_pay)
      CHECK(checkout::total_of(*decided.input) > initial_credit);
  }
  CHECK(came.size() == order_kinds_count);
}

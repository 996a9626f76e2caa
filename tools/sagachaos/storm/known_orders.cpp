#include "tools/sagachaos/storm/known_orders.hpp"

#include <array>
#include <utility>

namespace sagad::chaos::storm {

namespace {

constexpr std::string_view no_such_item = "never-sold";
constexpr std::string_view empty_shelf = "sold-out";
constexpr std::string_view dear_item = "yacht";
constexpr std::array<std::pair<std::string_view, checkout::money>, 4> full_shelves{
    {{"apple", 7}, {"bread", 12}, {"cheese", 31}, {"wine", 90}}};
constexpr checkout::quantity plenty = 1'000'000'000;

std::string name_of(const char* what, std::uint64_t number) { return what + std::to_string(number); }

} // namespace

expectation expected_of(order_kind kind) {
  switch (kind) {
  case order_kind::plain:
  case order_kind::clumsy:
    return {.accepted = true, .state = "completed", .outcome = "SUCCESS"};
  case order_kind::broke:
    return {.accepted = true, .state = "rolled_back", .outcome = "INSUFFICIENT_FUND"};
  case order_kind::sold_out:
    return {.accepted = true, .state = "rolled_back", .outcome = "INSUFFICIENT_INVENTORY"};
  case order_kind::undeliverable:
  case order_kind::stubborn:
    return {.accepted = true, .state = "rolled_back", .outcome = "DELIVERY_FAILED"};
  case order_kind::doomed:
    return {.accepted = true, .state = "rolled_back", .outcome = "UNKNOWN"};
  case order_kind::unknown_item:
    return {.accepted = false, .state = {}, .outcome = {}, .refusal = "UNKNOWN_SKU"};
  }
  return {};
}

shop_goods goods_for(const scenario& s) {
  shop_goods goods;
  for (const auto& [item, price] : full_shelves)
    goods.shelves.push_back({sku{std::string{item}}, price, plenty});
  goods.shelves.push_back({sku{std::string{empty_shelf}}, 5, 0});
  goods.shelves.push_back({sku{std::string{dear_item}}, 10'000'000, plenty});
  for (std::size_t i = 0; i < s.customers; ++i)
    goods.rich.emplace_back(name_of("rich-", i));
  goods.riches = 1'000'000'000;
  return goods;
}

known_order known_orders::next() {
  known_order made{.body = {}, .kind = draw_kind()};
  made.body.order = order_id{name_of("o-", ++made_)};
  made.body.customer = customer_id{name_of("rich-", chance_.below(scenario_.customers))};
  const auto count = static_cast<checkout::quantity>(1 + chance_.below(3));
  std::string_view item = full_shelves.at(chance_.below(full_shelves.size())).first;
  auto& faults = made.body.faults;
  switch (made.kind) {
  case order_kind::plain:
    break;
  case order_kind::clumsy:
    faults.push_back(stumble());
    break;
  case order_kind::broke:
    made.body.customer = customer_id{name_of("poor-", chance_.below(scenario_.customers))};
    item = dear_item;
    break;
  case order_kind::sold_out:
    item = empty_shelf;
    break;
  case order_kind::stubborn:
    faults.push_back({.step = "refund-payment", .kind = fault_kind::kill, .times = 2});
    [[fallthrough]];
  case order_kind::undeliverable:
    faults.push_back({.step = "schedule-delivery", .kind = fault_kind::refuse, .code = "DELIVERY_FAILED"});
    break;
  case order_kind::doomed:
    faults.push_back({.step = "reserve-inventory", .kind = fault_kind::kill});
    break;
  case order_kind::unknown_item:
    item = no_such_item;
    break;
  }
  made.body.lines.push_back({.item = sku{std::string{item}}, .count = count, .unit_price = {}});
  return made;
}

order_kind known_orders::draw_kind() {
  std::uint64_t sum = 0;
  for (const auto& [kind, weight] : scenario_.kinds)
    sum += static_cast<std::uint64_t>(weight);
  std::uint64_t drawn = chance_.below(sum);
  for (const auto& [kind, weight] : scenario_.kinds) {
    if (drawn < static_cast<std::uint64_t>(weight))
      return kind;
    drawn -= static_cast<std::uint64_t>(weight);
  }
  return order_kind::plain;
}

/// A participant fails once: it is asked again, and the order succeeds.
fault known_orders::stumble() {
  using enum fault_kind;
  constexpr std::array steps{"charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order"};
  constexpr std::array kinds{kill, kill_after, stall, lose_reply, duplicate_reply, late_reply};
  return {.step = steps.at(chance_.below(steps.size())), .kind = kinds.at(chance_.below(kinds.size())), .times = 1};
}

} // namespace sagad::chaos::storm

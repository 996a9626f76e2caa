#include "tools/sagabench/order_mix.hpp"

#include <array>
#include <cstdio>
#include <iterator>

namespace sagad::tools {

namespace {

std::string numbered(const char* format, std::size_t number) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), format, number);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::discrete_distribution<std::size_t> zipf(std::size_t count) {
  std::vector<double> weights(count);
  for (std::size_t rank = 0; rank < count; ++rank)
    weights[rank] = 1.0 / static_cast<double>(rank + 1);
  return {weights.begin(), weights.end()};
}

} // namespace

order_mix::order_mix(const mix_options& options)
    : options_(options), random_(options.seed), popularity_(zipf(options.skus)) {}

checkout::submission order_mix::next(const std::string& prefix, std::size_t index) {
  std::uniform_int_distribution<std::size_t> customer{0, options_.customers - 1};
  std::geometric_distribution<int> more_lines{0.7};
  std::geometric_distribution<int> more_units{0.6};
  std::uniform_int_distribution<unsigned> per_mille{0, 999};
  checkout::submission s;
  s.order = order_id{prefix + numbered("-%06zu", index)};
  s.customer = customer_id{customer_name(customer(random_))};
  const int lines = std::min(1 + more_lines(random_), 5);
  for (int i = 0; i < lines; ++i)
    s.lines.push_back(
        {.item = sku{sku_name(popularity_(random_))}, .count = 1 + more_units(random_), .unit_price = {}});
  if (per_mille(random_) < options_.faults_per_mille)
    s.faults.push_back(some_fault());
  return s;
}

fault order_mix::some_fault() {
  // What participants do wrong in real life: mostly once, sometimes for good.
  static const std::array steps{"charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order",
                                "notify-customer"};
  using enum fault_kind;
  static constexpr std::array kinds{kill, kill_after, stall, lose_reply, duplicate_reply, late_reply};
  std::uniform_int_distribution<std::size_t> step{0, steps.size() - 1};
  std::uniform_int_distribution<std::size_t> kind{0, kinds.size() - 1};
  std::bernoulli_distribution for_good{0.3};
  const std::size_t where = step(random_);
  const bool always = for_good(random_) && where + 1 < steps.size(); // a notice is owed for ever: fail it once only
  return {.step = steps[where], .kind = kinds[kind(random_)], .times = always ? 0 : 1, .delay = {}, .code = {}};
}

std::string order_mix::sku_name(std::size_t rank) { return numbered("sku-%03zu", rank); }
std::string order_mix::customer_name(std::size_t number) { return numbered("customer-%05zu", number); }

} // namespace sagad::tools

#include "workflows/operations/stuck.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "workflows/operations/stake.hpp"

namespace sagad::operations {

namespace {

/// A group while it grows.
struct gathering {
  stuck_group group;
  /// Since when each example is stuck; the newest last.
  std::vector<moment> example_ages;
};

void keep_example(gathering& g, const order_id& id, moment since) {
  const auto at = std::upper_bound(g.example_ages.begin(), g.example_ages.end(), since);
  const auto index = at - g.example_ages.begin();
  if (static_cast<std::size_t>(index) == examples_max)
    return;
  g.example_ages.insert(at, since);
  g.group.examples.insert(g.group.examples.begin() + index, id);
  if (g.example_ages.size() > examples_max) {
    g.example_ages.pop_back();
    g.group.examples.pop_back();
  }
}

void add_to(gathering& g, const order_view& order, const stake& money, moment since, moment now,
            milliseconds trend_window) {
  stuck_group& group = g.group;
  group.oldest = group.count == 0 ? since : std::min(group.oldest, since);
  group.newest = group.count == 0 ? since : std::max(group.newest, since);
  ++group.count;
  if (order.now.state == saga_state::held) {
    ++group.held;
    if (!group.held_because)
      group.held_because = order.now.held_because.value_or(hold_cause::retries_exhausted);
  }
  group.charged = added(group.charged, money.charged);
  group.in_doubt = added(group.in_doubt, money.in_doubt);
  if (since > now - trend_window)
    ++group.lately;
  else if (since > now - 2 * trend_window)
    ++group.before;
  keep_example(g, order.now.order, since);
}

} // namespace

std::string_view to_string(trend t) {
  switch (t) {
  case trend::easing:
    return "easing";
  case trend::steady:
    return "steady";
  case trend::rising:
    return "rising";
  }
  return "unknown";
}

checkout::money stuck_group::at_stake() const { return added(charged, in_doubt); }

trend stuck_group::goes() const {
  if (lately == before)
    return trend::steady;
  return lately > before ? trend::rising : trend::easing;
}

std::optional<moment> stuck_since(const saga& s, moment now, const stuck_options& options) {
  if (s.state == saga_state::held) {
    const bool by_itself = s.held_because && s.held_because != hold_cause::by_person;
    return by_itself ? s.wrong.since.value_or(s.updated_at) : s.updated_at;
  }
  const bool in_trouble = !has_ended(s) && s.wrong.since && *s.wrong.since + options.longer_than <= now;
  return in_trouble ? s.wrong.since : std::nullopt;
}

std::vector<stuck_group> stuck(std::span<const order_view> orders, const saga_catalog& definitions, moment now,
                               const stuck_options& options) {
  std::unordered_map<std::string, gathering> by_key;
  for (const order_view& order : orders) {
    const auto since = stuck_since(order.now, now, options);
    if (!since)
      continue;
    cause why = cause_of(order, definitions);
    std::string key = key_of(why);
    gathering& g = by_key[key];
    if (g.group.count == 0) {
      g.group.key = std::move(key);
      g.group.why = std::move(why);
    }
    add_to(g, order, stake_of(order, definitions), *since, now, options.trend_window);
  }
  std::vector<stuck_group> groups;
  groups.reserve(by_key.size());
  for (auto& [key, g] : by_key)
    groups.push_back(std::move(g.group));
  std::sort(groups.begin(), groups.end(), [](const stuck_group& a, const stuck_group& b) {
    return std::tuple{b.at_stake(), b.count, a.oldest, std::string_view{a.key}} <
           std::tuple{a.at_stake(), a.count, b.oldest, std::string_view{b.key}};
  });
  return groups;
}

} // namespace sagad::operations

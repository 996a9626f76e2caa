#include "tools/sagactl/shop_health.hpp"

#include <algorithm>
#include <utility>

#include "tools/common/duration.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/stuck_command.hpp"
#include "workflows/operations/at_risk.hpp"
#include "workflows/operations/stake.hpp"
#include "workflows/operations/words.hpp"

namespace sagad::ctl {

namespace {

using namespace std::chrono_literals;
using operations::counted;

/// An order normally ends within seconds.
constexpr milliseconds order_age_max = 1min;

std::string are(std::size_t count, std::string_view noun) {
  return counted(count, noun) + (count == 1 ? " is" : " are");
}

/// When the engine came up, or, where no node lives, when the last one was there.
std::optional<moment> engine_since(const store_status& status, bool up, moment now) {
  std::optional<moment> since;
  for (const node_view& n : status.nodes)
    if (is_living(n, now) == up) {
      const moment at = up ? n.started_at : n.stopped_at.value_or(n.last_seen_at);
      since = !since ? at : up ? std::min(*since, at) : std::max(*since, at);
    }
  return since;
}

part_view engine_of(const store_status& status, moment now) {
  std::size_t living = 0;
  std::size_t drives = 0;
  for (const node_view& n : status.nodes)
    if (is_living(n, now)) {
      ++living;
      drives += n.drives;
    }
  const bool up = living != 0;
  const std::size_t waiting = count_in(status, saga_state::running) + count_in(status, saga_state::compensating);
  return {.part = "engine",
          .state = up ? "up" : "down",
          .since = engine_since(status, up, now),
          .what = up ? counted(living, "node") + ", driving " + counted(drives, "order")
                     : counted(waiting, "order") + " waiting",
          .well = up || (waiting == 0 && status.nodes.empty())};
}

/// What most orders are stuck for at this participant; null when none is. What people hold is not its trouble.
const operations::stuck_group* trouble_at(const std::vector<operations::stuck_group>& stuck, std::string_view name) {
  const auto group = std::find_if(stuck.begin(), stuck.end(), [&](const operations::stuck_group& g) {
    return g.why.participant == name && g.why.code != operations::held_by_operator;
  });
  return group == stuck.end() ? nullptr : &*group;
}

part_view part_of(const participant_view& p, const std::vector<operations::stuck_group>& stuck, moment now) {
  const std::string trouble = trouble_with(p, now);
  part_view part{.part = p.name, .state = std::string{p.state}, .what = trouble, .well = trouble.empty()};
  if (p.rule) {
    part.state = to_string(p.rule->forced);
    part.since = p.rule->since;
  } else if (!p.circuits.empty()) {
    part.state = "circuit " + std::string{to_string(p.circuits.front().now.state)};
    part.since = p.circuits.front().now.since;
  } else if (const operations::stuck_group* g = trouble_at(stuck, p.name); g != nullptr && part.well) {
    part = {.part = p.name,
            .state = "trouble",
            .since = g->oldest,
            .what = counted(g->count, "order") + " stuck: " + g->why.step + ": " + g->why.code,
            .well = false};
  }
  if (p.waiting != 0)
    part.what += (part.what.empty() ? "" : "; ") + counted(p.waiting, "order") + " waiting";
  return part;
}

void add_participants_problems(std::vector<std::string>& problems, const shop_health& health, moment now) {
  for (const participant_view& p : health.participants) {
    const std::string trouble = trouble_with(p, now);
    if (trouble.empty())
      continue;
    const std::string advice = p.rule ? "`sagactl participant release " + p.name + "` lets orders go on."
                                      : "`sagactl participant list` shows more.";
    problems.push_back(p.name + ": " + trouble +
                       (p.waiting == 0 ? "" : "; " + counted(p.waiting, "order") + " waiting") + "; " + advice);
  }
}

} // namespace

shop_health health_of(store_status status, const std::vector<order_view>& unfinished, const saga_catalog& definitions,
                      moment now) {
  shop_health health;
  health.status = std::move(status);
  health.participants = participants_in(health.status, unfinished, definitions, now);
  health.stuck = operations::stuck(unfinished, definitions, now);
  for (const operations::stuck_group& g : health.stuck) {
    health.stuck_orders += g.count;
    health.at_stake = operations::added(health.at_stake, g.at_stake());
  }
  std::vector<std::pair<moment, order_id>> risks;
  for (const order_view& o : unfinished)
    if (operations::is_at_risk(o.now, definitions, now))
      risks.emplace_back(o.now.created_at, o.now.order);
  health.at_risk_orders = risks.size();
  std::sort(risks.begin(), risks.end());
  for (std::size_t i = 0; i < std::min(risks.size(), risks_shown_max); ++i)
    health.at_risk.push_back(risks[i].second);
  return health;
}

std::vector<part_view> parts_of(const shop_health& health, moment now) {
  std::vector<part_view> parts{{.part = "store", .state = "answers", .what = health.status.store},
                               engine_of(health.status, now)};
  if (const std::string broker = broker_as_seen(health.status, now); !broker.empty()) {
    const bool well = broker == broker_connected;
    parts.push_back({.part = "broker", .state = well ? broker : "trouble", .what = well ? "" : broker, .well = well});
  }
  for (const participant_view& p : health.participants)
    parts.push_back(part_of(p, health.stuck, now));
  return parts;
}

std::string broker_as_seen(const store_status& status, moment now) {
  std::string seen;
  for (const node_view& node : status.nodes)
    if (is_living(node, now) && !node.broker.empty() && (seen.empty() || node.broker != broker_connected))
      seen = node.broker;
  return seen;
}

std::vector<std::string> problems_of(const shop_health& health, const std::string& store, moment now) {
  std::vector<std::string> problems = problems_of(health.status, store, now);
  add_participants_problems(problems, health, now);
  if (!health.stuck.empty()) {
    const operations::stuck_group& top = health.stuck.front();
    problems.push_back(are(health.stuck_orders, "order") + " stuck, " + std::to_string(health.at_stake) +
                       " at stake; most of it: " + text_of(top.why) + " (" + std::to_string(top.count) +
                       "); see `sagactl order stuck`.");
  }
  if (health.at_risk_orders != 0)
    problems.push_back(are(health.at_risk_orders, "order") + " at risk of being given up, such as " +
                       health.at_risk.front().value + "; see `sagactl order why " + health.at_risk.front().value +
                       "`.");
  return problems;
}

std::vector<std::string> problems_of(const store_status& status, const std::string& store, moment now) {
  std::vector<std::string> problems;
  for (const node_view& node : status.nodes)
    if (liveness_of(node, now) == liveness::silent)
      problems.push_back("The node " + node.name + " holds its lease but showed no sign of life for " +
                         tools::to_text(now - node.last_seen_at) + "; restart it.");
  if (const std::string broker = broker_as_seen(status, now); !broker.empty() && broker != broker_connected)
    problems.push_back("The broker: " + broker + "; orders and answers wait for it.");

  const std::size_t waiting = count_in(status, saga_state::running) + count_in(status, saga_state::compensating);
  const bool any_lives =
      std::any_of(status.nodes.begin(), status.nodes.end(), [now](const node_view& n) { return is_living(n, now); });
  // Where nodes have run, one is missing though nothing waits: what comes through the broker now, nobody takes.
  // A frozen one has been told above.
  const bool any_is_frozen = std::any_of(status.nodes.begin(), status.nodes.end(),
                                         [now](const node_view& n) { return liveness_of(n, now) == liveness::silent; });
  if (!any_lives && (waiting != 0 || (!status.nodes.empty() && !any_is_frozen))) {
    const std::string who =
        waiting == 0 ? "No" : counted(waiting, "order") + (waiting == 1 ? " waits" : " wait") + " and no";
    problems.push_back(who + " node runs; start one with `sagad --store " + store + "`.");
  }

  if (const auto& oldest = status.oldest_unfinished;
      oldest && oldest->now.state != saga_state::held && now - oldest->now.created_at > order_age_max)
    problems.push_back("The order " + oldest->now.order.value + " has not ended for " +
                       tools::to_text(now - oldest->now.created_at) + "; see `sagactl order why " +
                       oldest->now.order.value + "`.");

  if (const std::size_t held = count_in(status, saga_state::held); held != 0)
    problems.push_back(are(held, "order") + " held for a person; see `sagactl order stuck`.");
  return problems;
}

} // namespace sagad::ctl

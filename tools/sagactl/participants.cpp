#include "tools/sagactl/participants.hpp"

#include <algorithm>

#include "tools/sagactl/node_commands.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/operations/cause.hpp"

namespace sagad::ctl {

namespace {

using operations::circuit;
using operations::circuit_override;

std::string_view state_of(const std::string& participant, const store_status& status, moment now) {
  std::string_view state = "elsewhere";
  for (const node_view& node : status.nodes)
    if (std::find(node.plays.begin(), node.plays.end(), participant) != node.plays.end()) {
      if (is_living(node, now))
        return "up";
      state = "down";
    }
  return state;
}

/// Finds a participant's view, and makes one where there is none yet.
class gathering {
public:
  participant_view& named(const std::string& name) {
    const auto known =
        std::find_if(all_.begin(), all_.end(), [&](const participant_view& p) { return p.name == name; });
    if (known != all_.end())
      return *known;
    all_.push_back({.name = name});
    return all_.back();
  }
  std::vector<participant_view> all() && { return std::move(all_); }

private:
  std::vector<participant_view> all_;
};

void count_waiting(gathering& found, const std::vector<order_view>& unfinished, const saga_catalog& definitions) {
  for (const order_view& o : unfinished) {
    if (o.now.state == saga_state::held)
      continue; // it waits for a person
    const operations::cause why = operations::cause_of(o, definitions);
    if (why.participant.empty())
      continue;
    participant_view& p = found.named(why.participant);
    ++p.waiting;
    p.in_trouble += why.code.empty() ? 0U : 1U;
  }
}

record to_record(const participant_rule& rule) {
  return {{"forced", to_string(rule.forced)},
          {"who", rule.who},
          {"why", or_null(rule.why)},
          {"since", to_rfc3339(rule.since)}};
}

record to_record(const circuit_at& c) {
  return {{"node", c.node},
          {"state", to_string(c.now.state)},
          {"forced", to_string(c.now.forced)},
          {"since", or_null(c.now.since)},
          {"why", or_null(c.now.why)},
          {"probe_at", or_null(c.now.probe_at)}};
}

record to_record(const participant_view& p) {
  record r{{"name", p.name},
           {"state", or_null(std::string{p.state})},
           {"rule", p.rule ? to_record(*p.rule) : record(nullptr)},
           {"circuits", record::array()},
           {"waiting", p.waiting},
           {"in_trouble", p.in_trouble}};
  for (const circuit_at& c : p.circuits)
    r["circuits"].push_back(to_record(c));
  return r;
}

std::string words_of(const circuit_at& c, moment now) {
  std::string text = std::string{to_string(c.now.state)} + " at " + c.node;
  if (c.now.since)
    text += " since " + relative(*c.now.since, now);
  if (c.now.probe_at)
    text += ", next try " + relative(*c.now.probe_at, now);
  return text + (c.now.why.empty() ? "" : ": " + c.now.why);
}

std::string words_of(const participant_rule& rule, moment now) {
  const std::string what = rule.forced == circuit_override::forced_open ? "held" : "forced closed";
  return what + " by " + rule.who + ' ' + relative(rule.since, now) + (rule.why.empty() ? "" : ": " + rule.why);
}

} // namespace

std::vector<participant_view> participants_in(const store_status& status, const std::vector<order_view>& unfinished,
                                              const saga_catalog& definitions, moment now) {
  gathering found;
  for (const std::string& name : definitions.participants())
    found.named(name);
  for (const node_view& node : status.nodes)
    for (const std::string& name : node.plays)
      found.named(name);
  count_waiting(found, unfinished, definitions);
  for (const node_view& node : status.nodes)
    if (is_living(node, now))
      for (const named_circuit& c : node.circuits)
        if (c.now.forced == circuit_override::none) // a rule tells for itself
          found.named(c.participant).circuits.push_back({.node = node.name, .now = c.now});
  for (const participant_rule& rule : status.rules)
    found.named(rule.on).rule = rule;
  auto all = std::move(found).all();
  for (participant_view& p : all)
    if (!definitions.knows_step(p.name))
      p.state = state_of(p.name, status, now);
  return all;
}

operations::circuit_view circuit_of(const participant_rule& rule) {
  return {.state = rule.forced == circuit_override::forced_open ? circuit::open : circuit::closed,
          .forced = rule.forced,
          .since = rule.since,
          .why = rule.why.empty() ? rule.who : rule.who + ": " + rule.why};
}

std::string trouble_with(const participant_view& p, moment now) {
  if (p.rule && p.rule->forced == circuit_override::forced_open)
    return words_of(*p.rule, now);
  if (!p.circuits.empty() && !p.rule)
    return "its circuit is " + words_of(p.circuits.front(), now);
  return p.state == "down" && p.waiting != 0 ? "no living node plays it" : std::string{};
}

presentation<participant_view> as_participant(moment now) {
  return {.to_record = [](const participant_view& p) { return to_record(p); },
          .id = [](const participant_view& p) { return p.name; },
          .columns =
              {{"PARTICIPANT"}, {"STATE"}, {"WAITING", align::right}, {"TROUBLE", align::right}, {"RULE"}, {"CIRCUIT"}},
          .row = [now](const participant_view& p) -> std::vector<cell> {
            std::string circuits;
            for (const circuit_at& c : p.circuits)
              circuits += (circuits.empty() ? "" : "; ") + words_of(c, now);
            const std::string state = p.state.empty() ? "a question" : std::string{p.state};
            return {p.name,
                    {state, p.state == "down" ? colour::bad
                            : p.state == "up" ? colour::good
                                              : colour::faint},
                    std::to_string(p.waiting),
                    std::to_string(p.in_trouble),
                    {p.rule ? words_of(*p.rule, now) : "-", p.rule ? colour::bad : colour::plain},
                    {circuits.empty() ? "closed" : circuits, circuits.empty() ? colour::plain : colour::bad}};
          }};
}

} // namespace sagad::ctl

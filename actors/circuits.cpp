#include "actors/circuits.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace sagad::actors {

namespace {

using operations::circuit;
using operations::circuit_override;
using operations::circuit_view;

std::string words_of(const participant_rule& rule) { return rule.why.empty() ? rule.who : rule.who + ": " + rule.why; }

void say(const std::string& participant, const circuit_view& before, const circuit_view& after) {
  if (before.state == after.state || after.state == circuit::probing || after.forced != circuit_override::none)
    return;
  if (after.state == circuit::closed)
    spdlog::warn("participant {} gets its commands again", participant);
  else if (before.state == circuit::closed)
    spdlog::error("participant {} gets no commands but one now and then, to see whether it answers again: {}",
                  participant, after.why);
}

} // namespace

std::optional<bool> tells_of_participant(reply_outcome outcome, std::string_view code, bool injected) {
  const auto answered = operations::is_answer(outcome);
  if (!answered || *answered)
    return answered;
  if (injected || code == codes::store_unavailable || code == no_participant)
    return std::nullopt;
  return false;
}

operations::circuit_breaker& circuits::of(const std::string& participant) {
  const auto [known, is_new] = breakers_.try_emplace(participant, settings_);
  if (const auto rule = rules_.find(participant); is_new && rule != rules_.end()) {
    known->second.force(rule->second.forced, rule->second.since, words_of(rule->second));
    ++changes_;
  }
  return known->second;
}

std::string circuits::why_stopped(const std::string& participant) const {
  if (const auto rule = rules_.find(participant); rule != rules_.end())
    return "participant " + participant + " is held by " + words_of(rule->second);
  return "participant " + participant + " does not answer; one command at a time finds out whether it is back";
}

std::optional<stopped> circuits::stops(const std::string& participant, std::string_view known_as, moment now) {
  if (const auto rule = rules_.find(known_as); rule != rules_.end())
    return stopped{.code = codes::participant_held,
                   .why = std::string{known_as} + " is held by " + words_of(rule->second)};
  auto& breaker = of(participant);
  const circuit_view before = breaker.view();
  const auto code = breaker.stops(now);
  note_change(before, breaker.view());
  if (!code)
    return std::nullopt;
  return stopped{.code = *code, .why = why_stopped(participant)};
}

void circuits::heard(const std::string& participant, const operations::command_outcome& o) {
  auto& breaker = of(participant);
  const circuit_view before = breaker.view();
  breaker.heard(o);
  note_change(before, breaker.view());
  say(participant, before, breaker.view());
}

void circuits::go_by(const std::vector<participant_rule>& rules, moment now) {
  std::map<std::string, participant_rule, std::less<>> valid;
  for (const participant_rule& each : rules)
    valid.emplace(each.on, each);
  const auto old = std::exchange(rules_, std::move(valid));
  for (const auto& [on, rule] : rules_)
    if (const auto known = old.find(on); known == old.end() || known->second != rule) {
      spdlog::warn("{} is {}, by {}", on, to_string(rule.forced), words_of(rule));
      force(on, rule.forced, rule.since, words_of(rule));
    }
  for (const auto& [on, rule] : old)
    if (!rules_.contains(on)) {
      spdlog::warn("{} is not {} any more", on, to_string(rule.forced));
      force(on, circuit_override::none, now, {});
    }
}

void circuits::force(const std::string& on, circuit_override how, moment at, std::string why) {
  const auto known = breakers_.find(on);
  if (known == breakers_.end())
    return; // a question's name, or a participant whom nobody has asked yet
  known->second.force(how, at, std::move(why));
  ++changes_;
}

std::vector<named_circuit> circuits::remarkable() const {
  std::vector<named_circuit> found;
  for (const auto& [participant, breaker] : breakers_)
    if (const circuit_view v = breaker.view(); v.state != circuit::closed || v.forced != circuit_override::none)
      found.push_back({.participant = participant, .now = v});
  return found;
}

void circuits::note_change(const circuit_view& before, const circuit_view& after) {
  if (before.state != after.state || before.probe_at != after.probe_at)
    ++changes_;
}

} // namespace sagad::actors

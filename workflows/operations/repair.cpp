#include "workflows/operations/repair.hpp"

#include <unordered_set>
#include <utility>

#include "workflows/operations/stake.hpp"

namespace sagad::operations {

namespace {

std::string unknown_definition_of(const saga& s) {
  return "this program does not know definition " + s.definition + ", version " + std::to_string(s.version);
}

const definition* definition_of(const saga& s, const saga_catalog& definitions) {
  const definition* known = definitions.find(s.definition, s.version);
  return known != nullptr && fits(*known, s) ? known : nullptr;
}

/// Whether it goes back from where it stands; a confirmation that is being withdrawn counts as such.
bool goes_back(const saga& s) {
  const saga_state direction = s.state == saga_state::held ? s.held_from : s.state;
  return direction == saga_state::compensating || direction == saga_state::rolled_back ||
         (s.at < s.steps.size() && s.steps[s.at].state == step_state::undoing);
}

bool stands_on_a_skipped_undo(const saga& s) {
  for (const step_record& step : s.steps)
    if (step.state == step_state::undone && is_on_a_persons_word(step))
      return true;
  return false;
}

money_effect effect_on_money(const order_view& before, const saga& after, const saga_catalog& definitions) {
  order_view then = before;
  then.now = after;
  const auto left = stake_of(then, definitions).total();
  money_effect effect;
  (goes_back(after) ? effect.refunded : effect.kept) = left;
  const auto given_back = stake_of(before, definitions).total() - left;
  if (given_back > 0 && stands_on_a_skipped_undo(after))
    effect.on_a_persons_word = given_back;
  return effect;
}

planned_repair planned(const order_view& order, const event& e, const saga_catalog& definitions) {
  const saga& s = order.now;
  planned_repair p{
      .order = s.order, .saga = s.id, .sequence = s.sequence, .state = s.state, .refused_because = {}, .money = {}};
  const judgement j = judge(s, s.sequence, e, definitions);
  p.allowed = j.becomes.has_value();
  p.refused_because = j.because;
  if (j.becomes)
    p.money = effect_on_money(order, j.becomes->after, definitions);
  return p;
}

std::string where_it_stands(const saga& s) {
  if (has_ended(s))
    return "the order is " + std::string{to_string(s.state)};
  return "the order is past its confirmation, and goes only forward";
}

/// The engine's own words for a question that is still to be delivered.
bool reached_nobody(std::string_view code) {
  return code == codes::participant_away || code == codes::queue_full || code == codes::broker_away ||
         code == codes::participant_held || code == codes::circuit_open;
}

} // namespace

money_effect& money_effect::operator+=(const money_effect& other) {
  refunded = added(refunded, other.refunded);
  kept = added(kept, other.kept);
  on_a_persons_word = added(on_a_persons_word, other.on_a_persons_word);
  return *this;
}

repair_plan plan(const repair_request& wanted, std::span<const order_view> orders, const saga_catalog& definitions,
                 moment now) {
  repair_plan made;
  made.wanted = wanted;
  made.orders.reserve(orders.size());
  const event e = event_of(wanted, now, 0.0);
  std::unordered_set<order_id> seen;
  for (const order_view& order : orders) {
    if (!seen.insert(order.now.order).second)
      continue;
    planned_repair p = planned(order, e, definitions);
    if (p.allowed) {
      ++made.allowed;
      ++made.by_state[p.state];
      made.money += p.money;
    } else {
      ++made.refused;
      ++made.by_refusal[p.refused_because];
    }
    made.orders.push_back(std::move(p));
  }
  return made;
}

std::string_view to_string(judgement::kind k) {
  switch (k) {
  case judgement::kind::apply:
    return "apply";
  case judgement::kind::moved_on:
    return "moved-on";
  case judgement::kind::refused:
    return "refused";
  }
  return "unknown";
}

judgement judge(const saga& now, std::uint64_t planned_sequence, const event& e, const saga_catalog& definitions) {
  judgement j;
  if (now.sequence != planned_sequence) {
    j.what = judgement::kind::moved_on;
    j.because = "the order has moved on since it was planned: it is " + std::string{to_string(now.state)} + " now";
    return j;
  }
  const definition* known = definition_of(now, definitions);
  if (known == nullptr) {
    j.because = unknown_definition_of(now);
    return j;
  }
  transition t = advance(*known, now, e);
  if (t.what != verdict::moved) {
    j.because = sentence_of(t.what, action_of(e.what), now);
    return j;
  }
  j.what = judgement::kind::apply;
  j.becomes = std::move(t);
  return j;
}

repair_verdict result_of(operator_action what, const saga& now) {
  if (what == operator_action::hold || has_ended(now))
    return {.what = repair_result::well};
  const bool failed_again = !now.awaiting_reply && !now.wrong.code.empty() && !reached_nobody(now.wrong.code);
  if (now.state == saga_state::held || failed_again)
    return {.what = repair_result::badly, .because = now.last_error.empty() ? now.wrong.code : now.last_error};
  return {};
}

std::string sentence_of(verdict v, operator_action wanted, const saga& s) {
  switch (v) {
  case verdict::moved:
    return {};
  case verdict::too_late:
    return where_it_stands(s);
  case verdict::awaiting:
    return "an answer may still come: it is being asked just now";
  case verdict::unfit:
    if (wanted == operator_action::retry)
      return s.state == saga_state::held ? "the order is held: resume is for it" : "the order has not begun yet";
    return "the order is not stuck at a question that could be settled";
  case verdict::repeated:
    if (wanted == operator_action::hold)
      return "the order is held already";
    if (wanted == operator_action::resume)
      return "the order is not held";
    return "the order turns round already";
  case verdict::late:
  case verdict::impossible:
  case verdict::early:
    break;
  }
  return "the wish means nothing to it"; // verdicts on answers and wake-ups
}

} // namespace sagad::operations

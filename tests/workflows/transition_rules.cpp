#include "tests/workflows/transition_rules.hpp"

#include <algorithm>

namespace sagad::tests {

namespace {

using enum step_state;

/// What may become of what is known of a step's effect.
bool may_become(step_kind kind, step_state from, step_state to) {
  switch (from) {
  case pending:
    return to == asked;
  case asked:
    return to == in_doubt || to == succeeded || to == refused || to == undoing;
  case in_doubt:
    return to == asked || to == succeeded || to == refused || to == undoing;
  case succeeded:
    return to == undoing && kind == step_kind::compensable;
  case refused: // after the pivot a person may have removed the reason
    return (to == asked || to == in_doubt) && kind == step_kind::retriable;
  case undoing:
    return to == undone || (to == succeeded && kind == step_kind::pivot);
  case undone:
    return false;
  }
  return false;
}

bool steps_change_as_they_may(const definition& def, const saga& before, const saga& after) {
  if (before.steps.size() != after.steps.size())
    return false;
  for (std::size_t i = 0; i < def.steps.size(); ++i) {
    const step_record &was = before.steps[i], &is = after.steps[i];
    if (was.name != is.name || is.attempts < was.attempts)
      return false;
    if (was.state != is.state && !may_become(def.steps[i].kind, was.state, is.state))
      return false;
  }
  return true;
}

bool facts_are_gapless(const saga& before, const transition& t) {
  auto last = before.sequence;
  for (const fact& f : t.facts)
    if (f.sequence != ++last || f.order != before.order || f.saga != before.id || f.type.empty())
      return false;
  return t.after.sequence == last;
}

bool is_past_pivot(const definition& def, const saga& s) {
  const std::size_t pivot = pivot_of(def);
  return pivot < s.steps.size() && s.steps[pivot].state == succeeded;
}

bool is_outcome(const definition& def, std::string_view text) {
  return text == codes::timeout || text == codes::unknown || text == codes::cancelled ||
         std::find(def.outcomes.begin(), def.outcomes.end(), text) != def.outcomes.end();
}

bool outcome_fits_state(const definition& def, const saga& s) {
  const saga_state direction = s.state == saga_state::held ? s.held_from : s.state;
  if (direction == saga_state::running)
    return s.outcome.empty();
  return direction == saga_state::completed ? s.outcome == codes::success : is_outcome(def, s.outcome);
}

/// A change of direction, the pivot, the end, a hold and its end: what must be durable before anyone relies on it.
bool turns(const definition& def, const saga& before, const event& happened, const transition& t) {
  const saga& after = t.after;
  if (before.state != after.state)
    return true;
  const std::size_t pivot = pivot_of(def);
  if (pivot == after.steps.size() || after.state != saga_state::running)
    return false;
  const bool passed_pivot = before.at <= pivot && after.at > pivot;
  const bool withdraws = after.steps[pivot].state == undoing &&
                         (before.steps[pivot].state != undoing || happened.what == event::kind::cancel);
  return passed_pivot || withdraws;
}

bool waits_as_its_state_says(const event& happened, const transition& t) {
  const saga& s = t.after;
  if (s.state == saga_state::running || s.state == saga_state::compensating)
    return s.wakeup_at && *s.wakeup_at >= happened.at && (!t.sends || s.awaiting_reply);
  return !s.wakeup_at && !t.sends;
}

bool asks_in_its_direction(const definition& def, const saga& s) {
  if (s.asking == action::undo && def.steps[s.at].kind == step_kind::compensable)
    return s.state == saga_state::compensating;
  return s.state == saga_state::running;
}

} // namespace

std::size_t pivot_of(const definition& def) {
  const auto pivot =
      std::find_if(def.steps.begin(), def.steps.end(), [](const saga_step& s) { return s.kind == step_kind::pivot; });
  return static_cast<std::size_t>(pivot - def.steps.begin());
}

std::string_view broken_rule(const definition& def, const saga& before, const event& happened, const transition& t) {
  const saga& after = t.after;
  if (t.what != verdict::moved) {
    const bool untouched = after == before && !t.sends && t.facts.empty() && !t.commit_first;
    return untouched ? "" : "what did not move it changed something";
  }
  if (has_ended(before))
    return "an ended saga moved";
  if (!fits(def, after) || after.id != before.id || after.order != before.order ||
      after.created_at != before.created_at)
    return "it became another saga";
  if (after.updated_at != happened.at)
    return "it does not know when it last moved";
  if (!facts_are_gapless(before, t))
    return "its facts are not numbered without a gap";
  if (!steps_change_as_they_may(def, before, after))
    return "a step became what it cannot become";
  if (!waits_as_its_state_says(happened, t))
    return "it waits for nobody, or for somebody after it stopped";
  if (t.sends && !asks_in_its_direction(def, after))
    return "it asks against its direction";
  if (is_past_pivot(def, before) &&
      (!is_past_pivot(def, after) || after.state == saga_state::compensating || after.state == saga_state::rolled_back))
    return "it came back over the pivot";
  if (!outcome_fits_state(def, after))
    return "its outcome does not fit its state";
  if (!before.outcome.empty() && after.outcome != before.outcome)
    return "its outcome changed after it was decided";
  if (t.commit_first != turns(def, before, happened, t))
    return t.commit_first ? "it waits for a commit that nothing depends on" : "it does not commit first what must be";
  return "";
}

} // namespace sagad::tests

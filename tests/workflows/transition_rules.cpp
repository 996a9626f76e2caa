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
  case refused: // after the pivot a person may have removed the reason, or seen to it otherwise
    return (to == asked || to == in_doubt || to == succeeded) && kind == step_kind::retriable;
  case undoing:
    return to == undone || (to == succeeded && kind == step_kind::pivot);
  case undone:
    return false;
  }
  return false;
}

/// A person's word is given once, at the step that the saga is stuck at, and never forgotten.
bool is_skipped_as_it_may(const step_record& was, const step_record& is, const event& happened) {
  return was.skipped == is.skipped || (happened.what == event::kind::skip && is_on_a_persons_word(is));
}

bool steps_change_as_they_may(const definition& def, const saga& before, const event& happened, const saga& after) {
  if (before.steps.size() != after.steps.size())
    return false;
  for (std::size_t i = 0; i < def.steps.size(); ++i) {
    const step_record &was = before.steps[i], &is = after.steps[i];
    if (was.name != is.name || is.attempts < was.attempts || !is_skipped_as_it_may(was, is, happened))
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

/// A change of direction, the pivot, the end, a hold and its end, a wish: what must be durable before anyone relies on
/// it.
bool turns(const definition& def, const saga& before, const event& happened, const transition& t) {
  const saga& after = t.after;
  if (before.state != after.state || is_wanted_by_a_person(happened.what))
    return true;
  const std::size_t pivot = pivot_of(def);
  if (pivot == after.steps.size() || after.state != saga_state::running)
    return false;
  const bool passed_pivot = before.at <= pivot && after.at > pivot;
  const bool withdraws = after.steps[pivot].state == undoing && before.steps[pivot].state != undoing;
  return passed_pivot || withdraws;
}

bool waits_as_its_state_says(const event& happened, const transition& t) {
  const saga& s = t.after;
  if (s.state == saga_state::running || s.state == saga_state::compensating)
    return s.wakeup_at && *s.wakeup_at >= happened.at && (!t.sends || s.awaiting_reply);
  return !s.wakeup_at && !t.sends;
}

/// What need not be recorded is known from what was: all but the waiting is as it was.
bool only_waits_as_it_says(const saga& before, const transition& t) {
  if (!t.only_waits)
    return true;
  saga as_before = t.after;
  as_before.awaiting_reply = before.awaiting_reply;
  as_before.wakeup_at = before.wakeup_at;
  as_before.updated_at = before.updated_at;
  return as_before == before && t.facts.empty() && !t.commit_first;
}

bool asks_in_its_direction(const definition& def, const saga& s) {
  if (s.asking == action::undo && def.steps[s.at].kind == step_kind::compensable)
    return s.state == saga_state::compensating;
  return s.state == saga_state::running;
}

bool knows_why_it_stands_still(const saga& s) {
  const bool in_trouble = !s.wrong.code.empty();
  return s.held_because.has_value() == (s.state == saga_state::held) && in_trouble == s.wrong.since.has_value() &&
         !(in_trouble && has_ended(s));
}

/// True while the participant may still answer what `s` asks: until its command's deadline, or what of it is known of
/// a held saga.
bool may_be_answered(const definition& def, const saga& s, moment at) {
  const saga_step& step = def.steps[s.at];
  const milliseconds timeout = s.asking == action::undo ? step.undo.reply_timeout : step.reply_timeout;
  return s.awaiting_reply && at < s.wakeup_at.value_or(s.updated_at + timeout);
}

/// Each wish that was granted did what it is for.
bool is_granted(const definition& def, const saga& before, const event& happened, const transition& t) {
  const saga& after = t.after;
  const auto turned = [&] {
    return after.state == saga_state::compensating || after.state == saga_state::rolled_back ||
           after.steps[after.at].state == undoing;
  };
  switch (happened.what) {
  case event::kind::retry:
    return t.sends && after.asking == before.asking && after.attempt == before.attempt && !before.awaiting_reply;
  case event::kind::cancel:
  case event::kind::compensate:
    return turned();
  case event::kind::hold:
    return after.state == saga_state::held;
  case event::kind::resume:
    return after.state != saga_state::held || before.steps[before.at].state == refused;
  case event::kind::skip:
    return after.state != saga_state::held && after.steps[before.at].skipped && after.steps[before.at].ended_at &&
           !may_be_answered(def, before, happened.at);
  default:
    return true;
  }
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
  if (!steps_change_as_they_may(def, before, happened, after))
    return "a step became what it cannot become";
  if (!waits_as_its_state_says(happened, t))
    return "it waits for nobody, or for somebody after it stopped";
  if (!only_waits_as_it_says(before, t))
    return "it says that it only waits, and there is more to record";
  if (t.sends && !asks_in_its_direction(def, after))
    return "it asks against its direction";
  if (is_past_pivot(def, before) &&
      (!is_past_pivot(def, after) || after.state == saga_state::compensating || after.state == saga_state::rolled_back))
    return "it came back over the pivot";
  if (!outcome_fits_state(def, after))
    return "its outcome does not fit its state";
  if (!before.outcome.empty() && after.outcome != before.outcome)
    return "its outcome changed after it was decided";
  if (!knows_why_it_stands_still(after))
    return "it does not know why it stands still";
  if (!is_granted(def, before, happened, t))
    return "a wish was granted and not carried out";
  if (t.commit_first != turns(def, before, happened, t))
    return t.commit_first ? "it waits for a commit that nothing depends on" : "it does not commit first what must be";
  return "";
}

} // namespace sagad::tests

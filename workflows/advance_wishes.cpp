#include "workflows/advancing.hpp"

namespace sagad {

void advancing::on_cancel() {
  if (const verdict v = may_be_given_up(); v != verdict::moved)
    return ignore(v);
  // Asking once more would put off its wake-up: who cancels often enough would never see it end.
  if (record().state == step_state::undoing && record().code == codes::cancelled)
    return ignore(verdict::repeated);
  give_up_as_wanted("order.cancel-requested", codes::cancelled);
}

/// It fails, and a person does not want to see it tried any longer: what it fails of is its outcome.
void advancing::on_compensate() {
  if (const verdict v = may_be_given_up(); v != verdict::moved)
    return ignore(v);
  if (record().state == step_state::undoing)
    return ignore(verdict::repeated); // the pivot is being withdrawn
  const std::string code = s().wrong.code.empty() ? record().code : s().wrong.code;
  give_up_as_wanted("order.compensate-requested", code);
}

void advancing::on_hold() {
  if (has_ended(s()))
    return ignore(verdict::too_late);
  if (is_held())
    return ignore(verdict::repeated);
  hold(hold_cause::by_person, words());
}

void advancing::on_resume() {
  if (!is_held())
    return ignore(has_ended(s()) ? verdict::too_late : verdict::repeated);
  let_go();
  s().attempts_forgiven = s().attempt;
  s().asking_since = event_.at;
  out_.commit_first = true;
  note("order.resumed", {}, words());
  step_record& r = record();
  if (r.state == step_state::refused && step().kind == step_kind::retriable)
    r.state = step_state::in_doubt; // a refusal after the pivot held it: ask once more
  const bool unanswered =
      r.state == step_state::asked || r.state == step_state::in_doubt || r.state == step_state::undoing;
  if (!unanswered)
    return go_on();
  // A probe goes with the do before it: only a do or an undo counts as an attempt of its own.
  ask(s().asking, s().attempt + (s().asking == action::probe ? 0 : 1));
}

void advancing::on_retry() {
  if (has_ended(s()))
    return ignore(verdict::too_late);
  if (is_held() || record().state == step_state::pending)
    return ignore(verdict::unfit);
  if (s().awaiting_reply)
    return ignore(verdict::awaiting);
  out_.commit_first = true;
  note("order.retry-requested", s().wrong.code, words());
  ask(s().asking, s().attempt);
}

/// A person's word in the place of an answer.
void advancing::on_skip() {
  if (const verdict v = may_be_skipped(); v != verdict::moved)
    return ignore(v);
  const bool undo = s().asking == action::undo;
  let_go();
  out_.commit_first = true;
  note_step("skipped", s().wrong.code, words());
  step_record& r = record();
  r.state = undo ? step_state::undone : step_state::succeeded;
  r.skipped = undo ? action::undo : action::perform;
  r.ended_at = event_.at;
  if (!undo)
    r.result = event_.value;
  go_on();
}

// --- whether it may -------------------------------------------------------------------------------------------

/// Whether it can still turn round because somebody wants it to.
verdict advancing::may_be_given_up() const {
  const saga& now = saga_now();
  if (has_ended(now) || past_pivot())
    return verdict::too_late;
  if ((is_held() ? now.held_from : now.state) == saga_state::compensating)
    return verdict::repeated;
  const bool must_stand = is_pivot() && may_have_happened(record().state) && !step().has_undo();
  return must_stand ? verdict::too_late : verdict::moved;
}

void advancing::give_up_as_wanted(std::string_view type, std::string_view code) {
  s().state = saga_state::running;
  s().held_because.reset();
  note(type, code, words());
  if (is_pivot() && may_have_happened(record().state))
    return withdraw(code);
  turn_round(code);
}

/// Whether it is stuck at a question that nobody will answer any more.
verdict advancing::may_be_skipped() const {
  if (has_ended(saga_now()))
    return verdict::too_late;
  switch (record().state) {
  case step_state::asked:
  case step_state::in_doubt:
  case step_state::undoing:
    return answer_may_come() ? verdict::awaiting : verdict::moved;
  case step_state::refused: // after the pivot; before it, a refusal is an answer to go on with
    return is_held() && step().kind == step_kind::retriable ? verdict::moved : verdict::unfit;
  case step_state::pending:
  case step_state::succeeded:
  case step_state::undone:
    return verdict::unfit;
  }
  return verdict::unfit;
}

/// A held saga has no wake-up time; its question left before it was held, so its deadline is over by then.
bool advancing::answer_may_come() const {
  return saga_now().awaiting_reply && (!is_held() || event_.at < saga_now().updated_at + reply_timeout());
}

std::string advancing::words() const {
  const std::string between = event_.who.empty() || event_.reason.empty() ? "" : ": ";
  return event_.who + between + event_.reason;
}

} // namespace sagad

#include "workflows/advancing.hpp"

namespace sagad {

transition advancing::decide() {
  switch (event_.what) {
  case event::kind::taken_up:
    on_taken_up();
    break;
  case event::kind::replied:
    on_reply(event_.answer);
    break;
  case event::kind::woken:
    on_woken();
    break;
  case event::kind::cancel:
    on_cancel();
    break;
  case event::kind::hold:
    on_hold();
    break;
  case event::kind::resume:
    on_resume();
    break;
  case event::kind::retry:
    on_retry();
    break;
  case event::kind::compensate:
    on_compensate();
    break;
  case event::kind::skip:
    on_skip();
    break;
  }
  if (out_.what == verdict::moved)
    s().updated_at = event_.at;
  return std::move(out_);
}

// --- what happened -------------------------------------------------------------------------------------------

void advancing::on_taken_up() {
  if (has_ended(s()) || s().state == saga_state::held)
    return ignore(verdict::repeated);
  const bool pausing = !s().awaiting_reply && record().state != step_state::pending && s().wakeup_at;
  if (pausing)
    return on_woken();
  out_.only_waits = s().awaiting_reply;
  go_on();
}

void advancing::on_woken() {
  if (has_ended(s()) || !s().wakeup_at)
    return ignore(verdict::repeated);
  if (event_.at < *s().wakeup_at)
    return ignore(verdict::early);
  if (!s().awaiting_reply) {
    out_.only_waits = record().state != step_state::pending;
    return ask(s().asking, s().attempt);
  }
  s().awaiting_reply = false;
  note_step("timed-out", codes::timeout, {});
  no_certain_answer(codes::timeout);
}

void advancing::on_reply(const reply& r) {
  if (const verdict v = classify(r); v != verdict::moved)
    return ignore(v);
  s().awaiting_reply = false;
  s().wakeup_at.reset();
  if (r.outcome == reply_outcome::undelivered)
    return not_delivered(r);
  note_step(to_string(r.outcome), r.code, r.detail);
  const bool undo = s().asking == action::undo;
  switch (r.outcome) {
  case reply_outcome::succeeded:
    return undo ? undone() : succeeded(r);
  case reply_outcome::refused:
    if (!undo)
      return refused(r);
    if (is_pivot() && r.code == codes::past_pivot)
      return had_happened(r);
    return no_certain_answer(r.code);
  case reply_outcome::failed:
  case reply_outcome::not_found:
  case reply_outcome::undelivered:
    return no_certain_answer(r.code.empty() ? codes::unknown : std::string_view{r.code});
  }
}

// --- what an answer means -----------------------------------------------------------------------------------

verdict advancing::classify(const reply& r) const {
  const auto known = std::find_if(saga_now().steps.begin(), saga_now().steps.end(),
                                  [&](const step_record& x) { return x.name == r.step; });
  if (known == saga_now().steps.end() || known->state == step_state::pending)
    return verdict::impossible;
  const bool undo = r.what == action::undo;
  const auto index = static_cast<std::size_t>(known - saga_now().steps.begin());
  const bool was_undoing = known->state == step_state::undoing || known->state == step_state::undone ||
                           (def_.steps[index].kind == step_kind::pivot && def_.steps[index].has_undo());
  if (undo && !was_undoing)
    return verdict::impossible;
  if (index == saga_now().at && r.what == saga_now().asking && !has_ended(saga_now())) {
    if (r.attempt > saga_now().attempt)
      return verdict::impossible;
    if (r.attempt == saga_now().attempt && saga_now().awaiting_reply)
      return verdict::moved;
  }
  const bool answered = undo ? known->state == step_state::undone
                             : known->state == step_state::succeeded || known->state == step_state::refused;
  return answered ? verdict::repeated : verdict::late;
}

void advancing::succeeded(const reply& r) {
  record().state = step_state::succeeded;
  record().ended_at = event_.at;
  record().code.clear();
  record().result = r.result;
  s().wrong = {};
  go_on_unless_held();
}

/// The pivot could not be withdrawn: what nobody told us then, its participant tells now.
void advancing::had_happened(const reply& r) {
  note("order.step." + record().name + '.' + std::string{to_string(reply_outcome::succeeded)}, {}, {});
  succeeded(r);
}

void advancing::refused(const reply& r) {
  record().state = step_state::refused;
  record().ended_at = event_.at;
  record().code = r.code;
  remember_error(r.code);
  go_on_unless_held();
}

void advancing::undone() {
  record().state = step_state::undone;
  record().ended_at = event_.at;
  s().wrong = {};
  go_on_unless_held();
}

/// A failure or a timeout. Whatever was asked may have happened.
void advancing::no_certain_answer(std::string_view code) {
  s().wakeup_at.reset();
  if (s().asking == action::perform) {
    record().state = step_state::in_doubt;
    record().code = code;
  }
  // To a probe, "not found" is an answer and no error.
  if (s().asking != action::probe)
    remember_error(code);
  if (s().state == saga_state::held)
    return;
  switch (s().asking) {
  case action::perform:
    return may_ask_again() ? pause_before(action::probe, s().attempt) : ask(action::probe, s().attempt);
  case action::probe:
    return may_ask_again() ? ask(action::perform, s().attempt + 1) : give_up();
  case action::undo:
    return may_ask_again() ? pause_before(action::undo, s().attempt + 1)
                           : hold(hold_cause::undo_exhausted, "undo exhausted: " + s().last_error);
  }
}

/// Nobody was reached, so no attempt was made: the same question again, for as long as its deadline allows.
void advancing::not_delivered(const reply& r) {
  const std::string known = s().last_error;
  // Of a silence that it has met itself, an open circuit tells an order nothing new.
  if (r.code != codes::circuit_open || s().wrong.code.empty())
    remember_error(r.code);
  if (s().last_error != known) // told once, however often it is tried
    note_step(to_string(r.outcome), r.code, r.detail);
  if (s().state == saga_state::held)
    return;
  const moment deadline = s().asking_since + policy().total_timeout;
  const bool has_deadline = policy().total_timeout > milliseconds{0};
  if (has_deadline && event_.at >= deadline)
    return no_certain_answer(codes::timeout);
  const moment next = event_.at + pause_while_away(event_.at - s().asking_since, event_.chance);
  s().wakeup_at = has_deadline ? std::min(next, deadline) : next;
  out_.only_waits = out_.facts.empty();
}

// --- where it goes from here --------------------------------------------------------------------------------

void advancing::go_on_unless_held() {
  if (s().state != saga_state::held)
    go_on();
}

/// Picks the next question from what is known; the same knowledge, the same question.
void advancing::go_on() { s().state == saga_state::running ? go_forward() : go_back(); }

void advancing::go_forward() {
  while (record().state == step_state::succeeded) {
    if (is_pivot())
      out_.commit_first = true;
    if (s().at + 1 == s().steps.size())
      return end(saga_state::completed, "order.completed", codes::success);
    ++s().at;
  }
  switch (record().state) {
  case step_state::pending:
    return begin_asking(action::perform);
  case step_state::asked:
  case step_state::in_doubt:
  case step_state::undoing: // a pivot that is being withdrawn
    return ask(s().asking, s().attempt);
  case step_state::refused:
    return step().kind == step_kind::retriable ? hold(hold_cause::refused, s().last_error) : turn_round(record().code);
  case step_state::undone: // a pivot that was withdrawn
    return turn_round(record().code);
  case step_state::succeeded:
    return;
  }
}

void advancing::go_back() {
  while (!may_have_happened(record().state)) {
    if (s().at == 0)
      return end(saga_state::rolled_back, "order.rolled_back", s().outcome);
    --s().at;
  }
  if (record().state == step_state::undoing)
    return ask(action::undo, s().attempt);
  begin_asking(action::undo);
}

void advancing::give_up() {
  const std::string why = record().code;
  if (step().kind == step_kind::compensable)
    return turn_round(why);
  if (is_pivot() && step().has_undo())
    return withdraw(why);
  if (is_pivot())
    return hold(hold_cause::pivot_in_doubt, "the pivot is in doubt: " + s().last_error);
  hold(hold_cause::retries_exhausted, "retries exhausted: " + s().last_error);
}

/// The pivot may have happened. Its undo blocks it, or answers that it did.
void advancing::withdraw(std::string_view why) {
  record().code = why;
  out_.commit_first = true;
  if (record().state != step_state::undoing)
    return begin_asking(action::undo);
  ask(action::undo, s().attempt);
}

void advancing::turn_round(std::string_view code) {
  s().state = saga_state::compensating;
  s().outcome = outcome_of(code);
  out_.commit_first = true;
  const bool something_to_undo =
      std::any_of(s().steps.begin(), s().steps.end(), [](const step_record& r) { return may_have_happened(r.state); });
  if (something_to_undo)
    note("order.compensating", s().outcome, {});
  go_back();
}

void advancing::end(saga_state as, std::string_view type, std::string_view outcome) {
  s().state = as;
  s().outcome = outcome;
  s().awaiting_reply = false;
  s().wakeup_at.reset();
  s().wrong = {};
  out_.commit_first = true;
  note(type, s().outcome, {});
}

void advancing::hold(hold_cause cause, std::string reason) {
  s().held_from = s().state;
  s().held_because = cause;
  s().state = saga_state::held;
  s().wakeup_at.reset();
  out_.commit_first = true;
  note("order.held", s().wrong.code, reason);
  if (!reason.empty())
    s().last_error = std::move(reason);
}

void advancing::let_go() {
  if (!is_held())
    return;
  s().state = s().held_from;
  s().held_because.reset();
}

// --- questions ----------------------------------------------------------------------------------------------

void advancing::begin_asking(action a) {
  s().attempts_forgiven = 0;
  s().asking_since = event_.at;
  s().wrong = {};
  // The first undo may leave only when the decision to turn is durable: see `turn_round` and `withdraw`.
  ask(a, 1);
}

void advancing::ask(action a, int attempt) {
  s().asking = a;
  s().attempt = attempt;
  s().awaiting_reply = true;
  s().wakeup_at = event_.at + reply_timeout();
  out_.sends = true;
  step_record& r = record();
  if (a == action::perform) {
    r.attempts = std::max(r.attempts, attempt);
    if (!r.started_at)
      r.started_at = event_.at;
    r.state = step_state::asked;
  } else if (a == action::undo) {
    r.state = step_state::undoing;
  }
}

void advancing::pause_before(action a, int attempt) {
  s().wakeup_at = event_.at + backoff_after(policy(), s().attempt - s().attempts_forgiven, event_.chance);
  s().asking = a;
  s().attempt = attempt;
}

bool advancing::may_ask_again() const {
  const saga& now = saga_now();
  return may_retry(policy(), now.attempt - now.attempts_forgiven, now.asking_since, event_.at);
}

// --- small words --------------------------------------------------------------------------------------------

bool advancing::past_pivot() const {
  for (std::size_t i = 0; i < def_.steps.size(); ++i)
    if (def_.steps[i].kind == step_kind::pivot)
      return saga_now().steps[i].state == step_state::succeeded;
  return false;
}

std::string advancing::outcome_of(std::string_view code) const {
  const bool known = code == codes::timeout || code == codes::cancelled ||
                     std::find(def_.outcomes.begin(), def_.outcomes.end(), code) != def_.outcomes.end();
  return std::string{known ? code : codes::unknown};
}

void advancing::remember_error(std::string_view code) {
  const std::string_view detail = event_.what == event::kind::replied ? event_.answer.detail : std::string_view{};
  s().last_error = std::string{name_of(def_, s())} + ": " + std::string{code};
  if (!detail.empty())
    s().last_error += " (" + std::string{detail} + ")";
  trouble& wrong = s().wrong;
  wrong.code = code.empty() ? codes::unknown : code;
  wrong.detail = detail;
  wrong.since = wrong.since.value_or(event_.at);
}

void advancing::note_step(std::string_view outcome, std::string_view code, std::string_view detail) {
  note("order.step." + std::string{name_of(def_, s())} + '.' + std::string{outcome}, code, detail);
  out_.facts.back().attempt = s().attempt;
}

void advancing::note(std::string_view type, std::string_view code, std::string_view detail) {
  out_.facts.push_back({.order = s().order,
                        .saga = s().id,
                        .sequence = ++s().sequence,
                        .at = event_.at,
                        .type = std::string{type},
                        .code = std::string{code},
                        .detail = std::string{detail}});
}

transition advance(const definition& def, saga now, const event& happened) {
  return advancing{def, std::move(now), happened}.decide();
}

} // namespace sagad

#include "workflows/saga_machine.hpp"

#include <algorithm>
#include <utility>

namespace sagad {

namespace {

bool may_have_happened(step_state s) {
  using enum step_state;
  return s == asked || s == in_doubt || s == succeeded || s == undoing;
}

/// One call of `advance`: what follows from one event.
class advancing {
public:
  advancing(const definition& def, saga now, const event& happened) : def_(def), event_(happened) {
    out_.after = std::move(now);
  }

  transition decide() {
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
    }
    if (out_.what == verdict::moved)
      s().updated_at = event_.at;
    return std::move(out_);
  }

private:
  // --- what happened -------------------------------------------------------------------------------------

  void on_taken_up() {
    if (has_ended(s()) || s().state == saga_state::held)
      return ignore(verdict::repeated);
    const bool pausing = !s().awaiting_reply && record().state != step_state::pending && s().wakeup_at;
    if (pausing)
      return on_woken();
    go_on();
  }

  void on_woken() {
    if (has_ended(s()) || !s().wakeup_at)
      return ignore(verdict::repeated);
    if (event_.at < *s().wakeup_at)
      return ignore(verdict::early);
    if (!s().awaiting_reply)
      return ask(s().asking, s().attempt);
    s().awaiting_reply = false;
    note_step("timed-out", codes::timeout, {});
    no_certain_answer(codes::timeout);
  }

  void on_reply(const reply& r) {
    if (const verdict v = classify(r); v != verdict::moved)
      return ignore(v);
    s().awaiting_reply = false;
    s().wakeup_at.reset();
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
      return no_certain_answer(r.code.empty() ? codes::unknown : std::string_view{r.code});
    }
  }

  void on_cancel() {
    if (has_ended(s()) || past_pivot())
      return ignore(verdict::too_late);
    const saga_state direction = s().state == saga_state::held ? s().held_from : s().state;
    if (direction == saga_state::compensating)
      return ignore(verdict::repeated);
    const bool pivot_in_doubt = is_pivot() && may_have_happened(record().state);
    if (pivot_in_doubt && !step().has_undo())
      return ignore(verdict::too_late);
    // Asking once more would put off its wake-up: who cancels often enough would never see it end.
    if (record().state == step_state::undoing && record().code == codes::cancelled)
      return ignore(verdict::repeated);
    s().state = saga_state::running;
    note("order.cancel-requested", codes::cancelled, event_.reason);
    if (pivot_in_doubt)
      return withdraw(codes::cancelled);
    turn_round(codes::cancelled);
  }

  void on_hold() {
    if (has_ended(s()))
      return ignore(verdict::too_late);
    if (s().state == saga_state::held)
      return ignore(verdict::repeated);
    hold(event_.reason);
  }

  void on_resume() {
    if (s().state != saga_state::held)
      return ignore(has_ended(s()) ? verdict::too_late : verdict::repeated);
    s().state = s().held_from;
    s().attempts_forgiven = s().attempt;
    s().asking_since = event_.at;
    out_.commit_first = true;
    note("order.resumed", {}, event_.reason);
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

  // --- what an answer means ------------------------------------------------------------------------------

  verdict classify(const reply& r) const {
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

  void succeeded(const reply& r) {
    record().state = step_state::succeeded;
    record().ended_at = event_.at;
    record().code.clear();
    record().result = r.result;
    go_on_unless_held();
  }

  /// The pivot could not be withdrawn: what nobody told us then, its participant tells now.
  void had_happened(const reply& r) {
    note("order.step." + record().name + '.' + std::string{to_string(reply_outcome::succeeded)}, {}, {});
    succeeded(r);
  }

  void refused(const reply& r) {
    record().state = step_state::refused;
    record().ended_at = event_.at;
    record().code = r.code;
    remember_error(r.code);
    go_on_unless_held();
  }

  void undone() {
    record().state = step_state::undone;
    record().ended_at = event_.at;
    go_on_unless_held();
  }

  /// A failure or a timeout. Whatever was asked may have happened.
  void no_certain_answer(std::string_view code) {
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
                             : hold(std::string{"undo exhausted: "} + s().last_error);
    }
  }

  // --- where it goes from here ---------------------------------------------------------------------------

  void go_on_unless_held() {
    if (s().state != saga_state::held)
      go_on();
  }

  /// Picks the next question from what is known; the same knowledge, the same question.
  void go_on() { s().state == saga_state::running ? go_forward() : go_back(); }

  void go_forward() {
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
      return step().kind == step_kind::retriable ? hold(s().last_error) : turn_round(record().code);
    case step_state::undone: // a pivot that was withdrawn
      return turn_round(record().code);
    case step_state::succeeded:
      return;
    }
  }

  void go_back() {
    while (!may_have_happened(record().state)) {
      if (s().at == 0)
        return end(saga_state::rolled_back, "order.rolled_back", s().outcome);
      --s().at;
    }
    if (record().state == step_state::undoing)
      return ask(action::undo, s().attempt);
    begin_asking(action::undo);
  }

  void give_up() {
    const std::string why = record().code;
    if (step().kind == step_kind::compensable)
      return turn_round(why);
    if (is_pivot() && step().has_undo())
      return withdraw(why);
    hold(std::string{is_pivot() ? "the pivot is in doubt: " : "retries exhausted: "} + s().last_error);
  }

  /// The pivot may have happened. Its undo blocks it, or answers that it did.
  void withdraw(std::string_view why) {
    record().code = why;
    out_.commit_first = true;
    if (record().state != step_state::undoing)
      return begin_asking(action::undo);
    ask(action::undo, s().attempt);
  }

  void turn_round(std::string_view code) {
    s().state = saga_state::compensating;
    s().outcome = outcome_of(code);
    out_.commit_first = true;
    const bool something_to_undo = std::any_of(s().steps.begin(), s().steps.end(),
                                               [](const step_record& r) { return may_have_happened(r.state); });
    if (something_to_undo)
      note("order.compensating", s().outcome, {});
    go_back();
  }

  void end(saga_state as, std::string_view type, std::string_view outcome) {
    s().state = as;
    s().outcome = outcome;
    s().awaiting_reply = false;
    s().wakeup_at.reset();
    out_.commit_first = true;
    note(type, s().outcome, {});
  }

  void hold(std::string reason) {
    s().held_from = s().state;
    s().state = saga_state::held;
    s().wakeup_at.reset();
    out_.commit_first = true;
    note("order.held", record().code, reason);
    if (!reason.empty())
      s().last_error = std::move(reason);
  }

  // --- questions -----------------------------------------------------------------------------------------

  void begin_asking(action a) {
    s().attempts_forgiven = 0;
    s().asking_since = event_.at;
    // The first undo may leave only when the decision to turn is durable: see `turn_round` and `withdraw`.
    ask(a, 1);
  }

  void ask(action a, int attempt) {
    s().asking = a;
    s().attempt = attempt;
    s().awaiting_reply = true;
    s().wakeup_at = event_.at + (a == action::undo ? step().undo.reply_timeout : step().reply_timeout);
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

  void pause_before(action a, int attempt) {
    s().wakeup_at = event_.at + backoff_after(policy(), s().attempt - s().attempts_forgiven, event_.chance);
    s().asking = a;
    s().attempt = attempt;
  }

  bool may_ask_again() const {
    const saga& now = saga_now();
    return may_retry(policy(), now.attempt - now.attempts_forgiven, now.asking_since, event_.at);
  }

  // --- small words ---------------------------------------------------------------------------------------

  saga& s() { return out_.after; }
  const saga& saga_now() const { return out_.after; }
  const saga_step& step() const { return def_.steps[saga_now().at]; }
  step_record& record() { return s().steps[s().at]; }
  bool is_pivot() const { return step().kind == step_kind::pivot; }

  const retry_policy& policy() const { return saga_now().asking == action::undo ? step().undo.retry : step().retry; }

  bool past_pivot() const {
    for (std::size_t i = 0; i < def_.steps.size(); ++i)
      if (def_.steps[i].kind == step_kind::pivot)
        return saga_now().steps[i].state == step_state::succeeded;
    return false;
  }

  std::string outcome_of(std::string_view code) const {
    const bool known = code == codes::timeout || code == codes::cancelled ||
                       std::find(def_.outcomes.begin(), def_.outcomes.end(), code) != def_.outcomes.end();
    return std::string{known ? code : codes::unknown};
  }

  void ignore(verdict v) { out_.what = v; }

  void remember_error(std::string_view code) {
    s().last_error = std::string{name_of(def_, s())} + ": " + std::string{code};
    if (!event_.answer.detail.empty() && event_.what == event::kind::replied)
      s().last_error += " (" + event_.answer.detail + ")";
  }

  void note_step(std::string_view outcome, std::string_view code, std::string_view detail) {
    note("order.step." + std::string{name_of(def_, s())} + '.' + std::string{outcome}, code, detail);
    out_.facts.back().attempt = s().attempt;
  }

  void note(std::string_view type, std::string_view code, std::string_view detail) {
    out_.facts.push_back({.order = s().order,
                          .saga = s().id,
                          .sequence = ++s().sequence,
                          .at = event_.at,
                          .type = std::string{type},
                          .code = std::string{code},
                          .detail = std::string{detail}});
  }

  const definition& def_;
  const event& event_;
  transition out_;
};

} // namespace

transition advance(const definition& def, saga now, const event& happened) {
  return advancing{def, std::move(now), happened}.decide();
}

} // namespace sagad

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "workflows/saga_machine.hpp"

namespace sagad {

/// True when the step's effect may be true now or become true: what turning round must undo.
inline bool may_have_happened(step_state s) {
  using enum step_state;
  return s == asked || s == in_doubt || s == succeeded || s == undoing;
}

/// One call of `advance`: what follows from one event. Only `advance` uses it: the events of the world and where they
/// lead stand in advance.cpp, what people want in advance_wishes.cpp.
class advancing {
public:
  advancing(const definition& def, saga now, const event& happened) : def_(def), event_(happened) {
    out_.after = std::move(now);
  }

  transition decide();

private:
  // What happened.
  void on_taken_up();
  void on_woken();
  void on_reply(const reply& r);

  // What a person wants.
  void on_cancel();
  void on_compensate();
  void on_hold();
  void on_resume();
  void on_retry();
  void on_skip();
  verdict may_be_given_up() const;
  void give_up_as_wanted(std::string_view type, std::string_view code);
  verdict may_be_skipped() const;
  bool answer_may_come() const;
  std::string words() const;

  // What an answer means.
  verdict classify(const reply& r) const;
  void succeeded(const reply& r);
  void had_happened(const reply& r);
  void refused(const reply& r);
  void undone();
  void no_certain_answer(std::string_view code);
  void not_delivered(const reply& r);

  // Where it goes from here.
  void go_on_unless_held();
  void go_on();
  void go_forward();
  void go_back();
  void give_up();
  void withdraw(std::string_view why);
  void turn_round(std::string_view code);
  void end(saga_state as, std::string_view type, std::string_view outcome);
  void hold(hold_cause cause, std::string reason);
  void let_go();

  // Questions.
  void begin_asking(action a);
  void ask(action a, int attempt);
  void pause_before(action a, int attempt);
  bool may_ask_again() const;

  // Small words.
  saga& s() { return out_.after; }
  const saga& saga_now() const { return out_.after; }
  const saga_step& step() const { return def_.steps[saga_now().at]; }
  step_record& record() { return s().steps[s().at]; }
  const step_record& record() const { return saga_now().steps[saga_now().at]; }
  bool is_held() const { return saga_now().state == saga_state::held; }
  bool is_pivot() const { return step().kind == step_kind::pivot; }
  bool past_pivot() const;
  const retry_policy& policy() const { return saga_now().asking == action::undo ? step().undo.retry : step().retry; }
  milliseconds reply_timeout() const {
    return saga_now().asking == action::undo ? step().undo.reply_timeout : step().reply_timeout;
  }
  std::string outcome_of(std::string_view code) const;
  void ignore(verdict v) { out_.what = v; }
  void remember_error(std::string_view code);
  void note_step(std::string_view outcome, std::string_view code, std::string_view detail);
  void note(std::string_view type, std::string_view code, std::string_view detail);

  const definition& def_;
  const event& event_;
  transition out_;
};

} // namespace sagad

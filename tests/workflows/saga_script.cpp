#include "tests/workflows/saga_script.hpp"

#include <catch2/catch.hpp>

namespace sagad::tests {

namespace {

event arrival_of(const command& asked, const said& what) {
  event e{.what = event::kind::replied};
  e.answer.saga = asked.saga;
  e.answer.step = asked.step;
  e.answer.what = asked.what;
  e.answer.attempt = asked.attempt;
  e.answer.outcome = what.outcome.value();
  e.answer.code = what.code;
  e.answer.result = what.result;
  return e;
}

} // namespace

saga_script::saga_script(const definition& def, json input, double chance)
    : def_(def), input_(std::move(input)), chance_(chance), now_(begin(def, saga_id{"o-1"}, order_id{"o-1"}, clock_)) {
  happens({.what = event::kind::taken_up}, verdict::moved);
}

saga_script& saga_script::sends(std::string_view participant, std::string_view name) {
  return asks(participant, name, false);
}

saga_script& saga_script::probes(std::string_view participant, std::string_view step) {
  return asks(participant, step, true);
}

saga_script& saga_script::with(const json& payload) {
  INFO(story_);
  CHECK(question().payload == payload);
  return *this;
}

saga_script& saga_script::as_attempt(int number) {
  INFO(story_);
  CHECK(question().attempt == number);
  return *this;
}

saga_script& saga_script::pauses(milliseconds length) {
  INFO(story_);
  REQUIRE(is_pausing());
  CHECK((*now_.wakeup_at - clock_).count() == length.count());
  return let_pause_pass();
}

saga_script& saga_script::then(const said& what) {
  INFO(story_);
  REQUIRE_FALSE(asked_);
  REQUIRE(now_.awaiting_reply);
  if (what.outcome)
    return happens(arrival_of(question(), what), verdict::moved);
  clock_ = now_.wakeup_at.value();
  return happens({.what = event::kind::woken}, verdict::moved);
}

saga_script& saga_script::late(std::string_view name, const said& what, int attempt) {
  return ignores(name, what, attempt, verdict::late);
}

saga_script& saga_script::repeated(std::string_view name, const said& what) {
  return ignores(name, what, 0, verdict::repeated);
}

saga_script& saga_script::impossible(const reply& answer) {
  event e{.what = event::kind::replied};
  e.answer = answer;
  return happens(std::move(e), verdict::impossible);
}

saga_script& saga_script::cancel(verdict expected) {
  event e{.what = event::kind::cancel};
  e.reason = "changed my mind";
  return happens(std::move(e), expected);
}

saga_script& saga_script::hold(verdict expected) {
  event e{.what = event::kind::hold};
  e.reason = "let me look";
  return happens(std::move(e), expected);
}

saga_script& saga_script::resume(verdict expected) {
  event e{.what = event::kind::resume};
  e.reason = "go on";
  return happens(std::move(e), expected);
}

saga_script& saga_script::retry(verdict expected) {
  return happens({.what = event::kind::retry, .who = "alice", .reason = "it is mended"}, expected);
}

saga_script& saga_script::compensate(verdict expected) {
  return happens({.what = event::kind::compensate, .who = "alice", .reason = "enough"}, expected);
}

saga_script& saga_script::skip(json value, verdict expected) {
  event e{.what = event::kind::skip, .who = "alice", .reason = "done by hand"};
  e.value = std::move(value);
  return happens(std::move(e), expected);
}

saga_script& saga_script::is_taken_up_again(verdict expected) {
  return happens({.what = event::kind::taken_up}, expected);
}

saga_script& saga_script::is_woken_early() { return happens({.what = event::kind::woken}, verdict::early); }

saga_script& saga_script::time_passes(milliseconds length) {
  clock_ += length;
  return *this;
}

saga_script& saga_script::commits_first() { return commits(true); }
saga_script& saga_script::records_behind() { return commits(false); }

saga_script& saga_script::stands(saga_state state) {
  INFO(story_);
  CHECK(to_string(now_.state) == to_string(state));
  return *this;
}

saga_script& saga_script::is_held(std::string_view because) {
  INFO(story_);
  CHECK_FALSE(now_.wakeup_at);
  CHECK(now_.last_error == because);
  return stands(saga_state::held);
}

void saga_script::ends(saga_state state, std::string_view outcome) {
  INFO(story_);
  stands(state);
  CHECK(has_ended(now_));
  CHECK_FALSE(asked_);
  CHECK(now_.outcome == outcome);
}

std::vector<std::string> saga_script::history() const {
  std::vector<std::string> types;
  for (const fact& f : facts_)
    types.push_back(f.type);
  return types;
}

saga_script& saga_script::asks(std::string_view participant, std::string_view name, bool probe) {
  if (!asked_ && is_pausing())
    let_pause_pass();
  INFO(story_);
  INFO("expected: it asks " << participant << " for " << name);
  REQUIRE(asked_);
  asked_ = false;
  const command c = command_for(def_, now_, input_, {});
  CHECK(c.participant == participant);
  CHECK(name_of(def_, now_) == name);
  CHECK((c.what == action::probe) == probe);
  CHECK(c.deadline > clock_);
  questions_.push_back(c);
  names_.emplace_back(name_of(def_, now_));
  return *this;
}

saga_script& saga_script::ignores(std::string_view name, const said& what, int attempt, verdict as) {
  for (std::size_t i = names_.size(); i-- > 0;)
    if (names_[i] == name && questions_[i].what != action::probe && (attempt == 0 || questions_[i].attempt == attempt))
      return happens(arrival_of(questions_[i], what), as);
  FAIL(name << " was never asked for");
  return *this;
}

saga_script& saga_script::commits(bool first) {
  INFO(story_);
  CHECK(committed_first_ == first);
  return *this;
}

saga_script& saga_script::happens(event e, verdict expected) {
  e.at = clock_;
  e.chance = chance_;
  transition t = advance(def_, now_, e);
  story_ += "  " + told(e) + " -> " + std::string{to_string(t.after.state)} +
            (t.sends ? ", asks for " + std::string{name_of(def_, t.after)} : "") + '\n';
  INFO(story_);
  CHECK(to_string(t.what) == to_string(expected));
  if (t.what == verdict::moved) {
    asked_ = t.sends;
    committed_first_ = t.commit_first;
  } else {
    CHECK(t.after == now_);
  }
  now_ = std::move(t.after);
  facts_.insert(facts_.end(), t.facts.begin(), t.facts.end());
  return *this;
}

saga_script& saga_script::let_pause_pass() {
  clock_ = now_.wakeup_at.value();
  return happens({.what = event::kind::woken}, verdict::moved);
}

bool saga_script::is_pausing() const {
  const bool works = now_.state == saga_state::running || now_.state == saga_state::compensating;
  return works && !now_.awaiting_reply && now_.wakeup_at;
}

std::string saga_script::told(const event& e) const {
  switch (e.what) {
  case event::kind::taken_up:
    return "taken up";
  case event::kind::replied:
    return std::string{to_string(e.answer.what)} + ' ' + e.answer.step + ": " +
           std::string{to_string(e.answer.outcome)} + ' ' + e.answer.code;
  case event::kind::woken:
    return now_.awaiting_reply ? "timed out" : "paused";
  case event::kind::cancel:
    return "cancelled";
  case event::kind::hold:
    return "put on hold";
  case event::kind::resume:
    return "resumed";
  case event::kind::retry:
    return "retried";
  case event::kind::compensate:
    return "compensated";
  case event::kind::skip:
    return "skipped";
  }
  return "?";
}

} // namespace sagad::tests

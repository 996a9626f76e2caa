#include "tests/workflows/saga_explorer.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/workflows/explored_point.hpp"
#include "tests/workflows/transition_rules.hpp"

namespace sagad::tests {

namespace {

constexpr int events_max = 60;
constexpr auto a_moment = milliseconds{1};
constexpr auto a_long_time = std::chrono::days{2};

/// What becomes of the open question when something else comes before its answer.
enum class fate { command_lost, reply_lost, refusal_lost, command_late, reply_late };
constexpr std::array every_fate{fate::command_lost, fate::reply_lost, fate::refusal_lost, fate::command_late,
                                fate::reply_late};

/// The world after its open question met that fate; none when it cannot meet it. `forgotten`: a crash came before
/// it was durable that the question was asked, so it never left.
std::optional<simulated_world> world_after(fate f, const simulated_world& before, bool forgotten) {
  simulated_world after = before;
  const question q = *before.open;
  after.open.reset();
  if (f == fate::command_lost)
    return after;
  if (forgotten)
    return std::nullopt;
  switch (f) {
  case fate::command_lost:
    break;
  case fate::reply_lost:
    if (q.what == action::probe)
      return std::nullopt; // as good as a lost command
    after.deliver(q);
    break;
  case fate::refusal_lost:
    if (!before.may_refuse(q))
      return std::nullopt;
    after.deliver(q, false);
    break;
  case fate::command_late:
    if (q.what == action::probe)
      return std::nullopt; // nobody listens to its answer
    after.stray_commands.push_back(q);
    break;
  case fate::reply_late:
    after.stray_replies.push_back(after.deliver(q));
    break;
  }
  return after;
}

class explorer {
public:
  explicit explorer(const subject& what) : what_(what), def_(what.def), rules_(what) {}

  tally run(int oddities_max) {
    const moment start{std::chrono::hours{1}};
    visit({.now = begin(def_, saga_id{"s"}, order_id{"o"}, start),
           .world = simulated_world{def_},
           .at = start,
           .happened = "accepted",
           .oddities_left = oddities_max});
    return tally_;
  }

private:
  // --- what may happen next ------------------------------------------------------------------------------

  void visit(const point& here) {
    rules_.demand(here.events <= events_max, here, "it does not come to an end");
    if (has_ended(here.now) || is_held_for_good(here))
      return leave(here);
    if (here.now.state == saga_state::held)
      interrupt(here, here, "resumed", {.what = event::kind::resume}, 0);
    if (here.events == 0)
      interrupt(here, here, "taken up", {.what = event::kind::taken_up}, 0);
    else if (here.world.open)
      let_participant_answer(here);
    else if (here.now.wakeup_at)
      interrupt(here, here, "paused", {.what = event::kind::woken, .at = *here.now.wakeup_at}, 0);
    let_strays_arrive(here);
    if (here.oddities_left > 0)
      let_others_interfere(here);
  }

  void let_participant_answer(const point& here) {
    const question q = *here.world.open;
    simulated_world unheard = here.world;
    unheard.open.reset();
    simulated_world heard = unheard;
    const answer natural = heard.deliver(q);
    receive(here, heard, natural, "answered", 0);
    if (here.oddities_left == 0)
      return;

    simulated_world again = heard;
    again.stray_replies.push_back(natural);
    receive(here, again, natural, "answered, and once more later", 1);
    const answer nobody_there{q, reply_outcome::undelivered, codes::participant_away};
    receive(here, unheard, nobody_there, "reached nobody", 1);
    const answer failure{q, reply_outcome::failed, codes::handler_died};
    receive(here, unheard, failure, "failed before its effect", 1);
    if (q.what != action::probe) { // a probe has no effect, nor has one that is repeated
      again = heard;
      again.stray_commands.push_back(q);
      receive(here, again, natural, "answered, and asked once more later", 1);
      receive(here, heard, failure, "failed after its effect", 1);
    }
    if (q.what == action::undo)
      receive(here, unheard, {q, reply_outcome::refused, no_way}, "refused to undo", 1);
    if (unheard.may_refuse(q)) {
      const answer refusal = unheard.deliver(q, false);
      receive(here, unheard, refusal, "refused", 1);
    }
    if (here.now.wakeup_at)
      interrupt(here, here, "timed out", {.what = event::kind::woken, .at = *here.now.wakeup_at}, 1);
  }

  void let_strays_arrive(const point& here) {
    for (std::size_t i = 0; i < here.world.stray_commands.size(); ++i) {
      simulated_world after = here.world;
      const question q = here.world.stray_commands[i];
      after.stray_commands.erase(after.stray_commands.begin() + static_cast<std::ptrdiff_t>(i));
      simulated_world refusing = after;
      const answer natural = after.deliver(q);
      receive(here, after, natural, "a late command came", 0);
      if (here.oddities_left > 0 && refusing.may_refuse(q)) {
        const answer refusal = refusing.deliver(q, false);
        receive(here, refusing, refusal, "a late command came and was refused", 1);
      }
    }
    for (std::size_t i = 0; i < here.world.stray_replies.size(); ++i) {
      simulated_world after = here.world;
      after.stray_replies.erase(after.stray_replies.begin() + static_cast<std::ptrdiff_t>(i));
      receive(here, after, here.world.stray_replies[i], "a late answer came", 0);
    }
  }

  void let_others_interfere(const point& here) {
    interrupt(here, here, "cancelled", {.what = event::kind::cancel}, 1);
    interrupt(here, here, "held", {.what = event::kind::hold, .reason = "wait"}, 1);
    if (here.oddities_left >= 2) // what follows is what follows a cancel: twice the price keeps the tree small
      interrupt(here, here, "compensated", {.what = event::kind::compensate}, 2);
    interrupt(here, here, "retried", {.what = event::kind::retry}, 1);
    interrupt(here, here, "skipped", {.what = event::kind::skip, .value = what_is_expected_of(here)}, 1);
    if (here.now.state == saga_state::held && here.now.awaiting_reply)
      interrupt(here, here, "skipped when no answer could come any more",
                {.what = event::kind::skip, .at = here.at + a_long_time, .value = what_is_expected_of(here)}, 1);
    const int durable = std::max(here.durable, here.world.durable_up_to);
    for (const point* p = here.events == 0 ? nullptr : &here; p != nullptr && p->events >= durable;
         p = p->recorded_before)
      interrupt(here, *p, "crashed", {.what = event::kind::taken_up}, 1);
  }

  /// What the person who skips a step says in its participant's place.
  json what_is_expected_of(const point& here) const {
    const auto result = what_.results.find(here.now.steps[here.now.at].name);
    return result == what_.results.end() ? json() : result->second;
  }

  // --- how it happens ------------------------------------------------------------------------------------

  /// The answer reaches the saga.
  void receive(const point& here, const simulated_world& world, const answer& a, std::string_view told, int cost) {
    const event e = arrival_of(a, what_, here.now.id, here.at + a_moment);
    const bool awaited = here.world.open && !world.open;
    happen(here, here, world, told, e, awaited, cost);
  }

  /// Something that is no answer meets the saga as it is at `from`: `here`, or after a crash an earlier point.
  void interrupt(const point& here, const point& from, std::string_view told, event e, int cost) {
    if (e.at == moment{})
      e.at = here.at + a_moment;
    happen(here, from, here.world, told, e, false, cost);
  }

  void happen(const point& here, const point& from, const simulated_world& world, std::string_view told, const event& e,
              bool awaited, int cost) {
    point next{.now = {},
               .world = world,
               .at = std::max(here.at, e.at),
               .happened = told,
               .cause = e,
               .recorded_before = &from,
               .told_before = &here,
               .events = from.events + 1,
               .durable = e.what == event::kind::taken_up ? from.events : here.durable,
               .oddities_left = here.oddities_left - cost,
               .resumed = here.resumed + (e.what == event::kind::resume ? 1 : 0)};
    transition t = advance(def_, from.now, e);
    rules_.check(from, next, t);
    rules_.demand(!awaited || t.what == verdict::moved, next, "the answer that it waits for was not taken");
    const bool back_in_time = &here != &from;
    if (t.what != verdict::moved && !back_in_time && world.participants == here.world.participants)
      return; // nothing changed: what follows is tried without it

    next.what = t.what;
    next.sends = t.sends;
    next.now = std::move(t.after);
    if (t.commit_first)
      next.durable = next.events;
    if (back_in_time)
      std::erase_if(next.world.stray_commands, [&](const question& q) { return never_left(q, from); });
    const bool still_open = world.open && !t.sends && next.now.awaiting_reply && !back_in_time;
    if (!world.open || still_open)
      return ask_and_visit(next);
    const simulated_world before = next.world;
    for (const fate f : every_fate)
      if (auto after = world_after(f, before, back_in_time && never_left(*before.open, from))) {
        next.world = std::move(*after);
        ask_and_visit(next);
      }
  }

  void ask_and_visit(point& next) {
    if (next.sends) {
      const saga& s = next.now;
      next.world.open = {.step = s.at, .what = s.asking, .attempt = s.attempt, .asked_after = next.events};
      rules_.check_question(next);
    }
    visit(next);
  }

  static bool never_left(const question& q, const point& durable) {
    return q.what == action::perform && q.asked_after > durable.events;
  }

  // --- how it ends ---------------------------------------------------------------------------------------

  /// Refused after the pivot, and a person asked once more in vain.
  bool is_held_for_good(const point& here) const {
    return here.now.state == saga_state::held && here.resumed > 0 &&
           here.now.steps[here.now.at].state == step_state::refused &&
           def_.steps[here.now.at].kind == step_kind::retriable &&
           here.world.participants[here.now.at].known() == recorded::refused;
  }

  void leave(const point& here) {
    rules_.check_end(here);
    switch (here.now.state) {
    case saga_state::completed:
      ++tally_.completed;
      break;
    case saga_state::rolled_back:
      ++tally_.rolled_back;
      break;
    default:
      ++tally_.held;
    }
  }

  const subject& what_;
  const definition& def_;
  point_rules rules_;
  tally tally_;
};

} // namespace

tally explore(const subject& what, int oddities_max) { return explorer{what}.run(oddities_max); }

} // namespace sagad::tests

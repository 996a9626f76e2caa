#include "tests/workflows/explored_point.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/workflows/transition_rules.hpp"

namespace sagad::tests {

namespace {

/// True when the do of `step` was sent and the saga's history knows of it.
bool was_asked_for(const point& p, std::size_t step) {
  for (const point* x = &p; x != nullptr; x = x->recorded_before)
    if (x->sends && x->now.at == step && x->now.asking == action::perform)
      return true;
  return false;
}

bool was_granted(event::kind wish, const point& p) {
  for (const point* x = &p; x != nullptr; x = x->recorded_before)
    if (x->cause.what == wish && x->what == verdict::moved)
      return true;
  return false;
}

/// A person has taken over whatever its participant may still do.
bool is_skipped_undo(const step_record& step) { return is_on_a_persons_word(step) && step.state == step_state::undone; }

} // namespace

event arrival_of(const answer& a, const subject& what, const saga_id& id, moment at) {
  const std::string_view step = what.def.steps[a.to.step].name;
  event e{.what = event::kind::replied, .at = at};
  e.answer.saga = id;
  e.answer.step = step;
  e.answer.what = a.to.what;
  e.answer.attempt = a.to.attempt;
  e.answer.outcome = a.outcome;
  e.answer.code = a.code;
  const auto result = what.results.find(step);
  if (a.outcome == reply_outcome::succeeded && result != what.results.end())
    e.answer.result = result->second;
  return e;
}

std::string story_of(const definition& def, const point& p) {
  std::string story = p.told_before == nullptr ? "" : story_of(def, *p.told_before);
  story += "  " + std::to_string(p.events) + ". " + std::string{p.happened};
  if (p.cause.what == event::kind::replied)
    story += " (" + std::string{to_string(p.cause.answer.what)} + ' ' + p.cause.answer.step + " #" +
             std::to_string(p.cause.answer.attempt) + ": " + std::string{to_string(p.cause.answer.outcome)} + ' ' +
             p.cause.answer.code + ')';
  if (p.what != verdict::moved)
    story += ": " + std::string{to_string(p.what)};
  if (p.now.steps.empty())
    return story + '\n'; // what follows is what went wrong
  story += " -> " + std::string{to_string(p.now.state)};
  if (p.sends)
    story += ", asks to " + std::string{to_string(p.now.asking)} + ' ' + std::string{def.steps[p.now.at].name} + " #" +
             std::to_string(p.now.attempt);
  if (p.durable == p.events)
    story += ", commits first";
  return story + '\n';
}

void point_rules::demand(bool kept, const point& p, std::string_view rule) const {
  if (!kept)
    throw std::runtime_error(std::string{def_.name} + ": " + std::string{rule} + "\n" + story_of(def_, p));
}

void point_rules::check(const point& from, const point& next, const transition& t) const {
  const std::string_view broken = broken_rule(def_, from.now, next.cause, t);
  demand(broken.empty(), next, broken);
  const bool gives_up = next.cause.what == event::kind::cancel || next.cause.what == event::kind::compensate;
  if (gives_up && t.what == verdict::too_late) {
    const std::size_t pivot = pivot_of(def_);
    const bool may_be_past_pivot = pivot < def_.steps.size() && was_asked_for(from, pivot);
    demand(has_ended(from.now) || may_be_past_pivot, next, "it could have turned round");
  }
}

void point_rules::check_question(const point& p) {
  const std::size_t step = p.now.at;
  const auto& participants = p.world.participants;
  const command c = command_for(def_, p.now, what_.input, {});
  demand(c.idempotency_key == idempotency_key(p.now.id, def_.steps[step].name), p, "the key changed");
  demand(c.deadline > p.at, p, "the deadline is over before the command leaves");
  if (!payloads_[step])
    payloads_[step] = c.payload;
  demand(*payloads_[step] == c.payload, p, "the same step was sent something else");

  switch (p.now.asking) {
  case action::perform:
    for (std::size_t earlier = 0; earlier < step; ++earlier)
      demand(participants[earlier].known() == recorded::succeeded || is_on_a_persons_word(p.now.steps[earlier]), p,
             "it goes on before the step before is done");
    break;
  case action::probe:
    demand(was_asked_for(p, step), p, "it probes what it never asked for");
    break;
  case action::undo:
    check_undo(p);
    break;
  }
}

void point_rules::check_undo(const point& p) const {
  const std::size_t step = p.now.at;
  demand(was_asked_for(p, step), p, "it undoes what it never asked for");
  for (std::size_t later = step + 1; later < def_.steps.size(); ++later) {
    const simulated_participant& participant = p.world.participants[later];
    if (is_skipped_undo(p.now.steps[later]))
      continue;
    demand(participant.known() != recorded::succeeded, p, "it undoes a step before a later one, or past the pivot");
    demand(participant.is_settled() || !was_asked_for(p, later), p, "it undoes a step while a later one may happen");
  }
}

void point_rules::check_end(const point& p) const {
  check_effects(p, p.world);
  if (p.now.state == saga_state::rolled_back) {
    demand((p.now.outcome == codes::cancelled) == was_granted(event::kind::cancel, p), p,
           "cancelled, and the outcome does not say so");
  } else if (const std::size_t pivot = pivot_of(def_); pivot == def_.steps.size()) {
    demand(!was_granted(event::kind::cancel, p) && !was_granted(event::kind::compensate, p), p,
           "it was given up and completed");
  }
  check_replay(p);
  check_afterlife(p);
}

void point_rules::check_effects(const point& p, const simulated_world& world) const {
  for (std::size_t step = 0; step < def_.steps.size(); ++step) {
    const simulated_participant& participant = world.participants[step];
    demand(participant.done() <= 1, p, "an effect happened twice");
    switch (p.now.state) {
    case saga_state::completed:
      demand(participant.reversed() == 0, p, "completed, and an effect was undone");
      demand(participant.done() == 1 || is_on_a_persons_word(p.now.steps[step]), p,
             "completed, and an effect is missing");
      break;
    case saga_state::rolled_back:
      if (is_skipped_undo(p.now.steps[step]))
        break;
      demand(participant.done() == participant.reversed(), p, "rolled back, and an effect is left");
      demand(participant.is_settled() == was_asked_for(p, step), p, "rolled back, and a step could still happen");
      break;
    default:
      demand(participant.reversed() == 0, p, "held after the pivot, and an effect was undone");
    }
  }
}

void point_rules::check_replay(const point& p) const {
  std::vector<const point*> recorded;
  const point* first = &p;
  for (; first->recorded_before != nullptr; first = first->recorded_before)
    recorded.push_back(first);
  saga again = first->now;
  for (auto x = recorded.rbegin(); x != recorded.rend(); ++x)
    again = advance(def_, std::move(again), (*x)->cause).after;
  demand(again == p.now, p, "replaying its events gives another saga");
}

/// What is still on its way arrives: nothing changes any more.
void point_rules::check_afterlife(const point& p) const {
  simulated_world world = p.world;
  auto replies = world.stray_replies;
  for (const question& q : p.world.stray_commands)
    replies.push_back(world.deliver(q));
  check_effects(p, world);

  const moment later = p.at + std::chrono::hours{1};
  for (const answer& a : replies) {
    const event e = arrival_of(a, what_, p.now.id, later);
    demand(advance(def_, p.now, e).what != verdict::moved, p, "it moved after its end");
  }
}

} // namespace sagad::tests

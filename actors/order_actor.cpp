#include "actors/order_actor.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/circuits.hpp"
#include "actors/death.hpp"
#include "workflows/checkout/order.hpp"
#include "workflows/operations/repair.hpp"

namespace sagad::actors {

namespace {

using pointer = order_actor::stateful_pointer<order_state>;
using wish_promise = caf::typed_response_promise<wish_result>;
using happening = order_state::happening;

void happen(pointer self, happening h);
void go_on(pointer self, bool sends);

const store_gateway_actor& gateway(const order_state& s) { return s.around->gateways.of(s.now.id); }

event now_happens(pointer self, event::kind what) {
  order_state& s = self->state;
  std::uniform_real_distribution<double> share{0.0, 1.0};
  event e;
  e.what = what;
  e.at = s.around->clock();
  e.chance = share(s.chance);
  return e;
}

void arm_timer(pointer self) {
  order_state& s = self->state;
  if (!s.now.wakeup_at || (s.reminder_at && *s.reminder_at <= *s.now.wakeup_at))
    return; // an earlier reminder will do: it finds that it came early, and arms the next
  s.reminder_at = s.now.wakeup_at;
  self->send(s.around->timekeeper, remind{s.now.id, self, *s.now.wakeup_at});
}

void leave(pointer self) {
  order_state& s = self->state;
  self->send(s.around->timekeeper, forget{s.now.id});
  self->quit(); // what still waits, the directory takes to the order's next actor
}

/// Nothing soon: no answer is awaited and the next look is far.
bool may_rest(const order_state& s) {
  if (s.now.awaiting_reply && s.now.state != saga_state::held)
    return false;
  return !s.now.wakeup_at || *s.now.wakeup_at > s.around->clock() + s.around->limits.rest_beyond;
}

void rest_now(pointer self) {
  order_state& s = self->state;
  s.committing = true;
  // An answer on its way to this node is lost with it: then whoever takes over asks at once, not when it is overdue.
  const bool answer_expected = s.now.awaiting_reply && s.now.state != saga_state::held;
  self->request(gateway(s), caf::infinite, saga_update{.after = s.now, .facts = {}, .rests = !answer_expected})
      .then([self](recorded_durably) { leave(self); });
}

/// Takes what happened while a record was being made durable, in order.
void take_waiting(pointer self) {
  order_state& s = self->state;
  while (!s.committing && !s.waiting.empty()) {
    auto next = std::move(s.waiting.front());
    s.waiting.pop_front();
    happen(self, std::move(next));
  }
}

/// What is published before it is durable would be an effect that a crash makes us forget.
bool asks_elsewhere(const order_state& s) {
  const std::string_view participant = s.def->steps[s.now.at].participant;
  return s.around->plays.find(participant) == s.around->plays.end();
}

/// Nobody was asked, for the time to answer was over before the question was durable: the attempt counts for nothing.
void miss_the_time(pointer self) {
  order_state& s = self->state;
  event e = now_happens(self, event::kind::replied);
  e.answer = {.saga = s.now.id,
              .step = std::string{s.def->steps[s.now.at].name},
              .what = s.now.asking,
              .attempt = s.now.attempt,
              .outcome = reply_outcome::undelivered,
              .code = std::string{codes::store_unavailable},
              .detail = "the question was not durable in time",
              .result = {}};
  happen(self, {std::move(e)});
}

/// Another node drives it. What is wished of it here, the directory finds out by the store.
void lose_to_another(pointer self) {
  spdlog::warn("order {} is driven by another node by now; this one leaves it alone", self->state.now.order.value);
  leave(self);
}

void became_durable(pointer self, bool sends, wish_promise promise) {
  order_state& s = self->state;
  s.committing = false;
  if (promise.pending())
    promise.deliver(wish_result{verdict::moved});
  if (has_ended(s.now)) {
    s.around->watcher->order_ended(s.now);
    leave(self);
    return;
  }
  if (sends && s.now.wakeup_at && s.around->clock() >= *s.now.wakeup_at)
    miss_the_time(self);
  else
    go_on(self, sends);
  take_waiting(self);
}

bool is_recorded_as_well(const order_state& s, const transition& t, const happening& h) {
  return t.only_waits && (s.now.awaiting_reply || !s.recorded_awaiting) && !h.ticket;
}

/// What is committed first is waited for; a repair is, always, with its outcome.
void record(pointer self, transition& t, const happening& h) {
  order_state& s = self->state;
  if (is_recorded_as_well(s, t, h))
    return go_on(self, t.sends);
  s.recorded_awaiting = s.now.awaiting_reply;
  saga_update update{.after = s.now, .facts = std::move(t.facts), .rests = false};
  const auto then = [self, sends = t.sends, promise = h.promise](recorded_durably r) {
    r.is_ours ? became_durable(self, sends, promise) : lose_to_another(self);
  };
  if (h.ticket) {
    s.committing = true;
    repair_outcome applied{
        .operation = h.ticket->operation, .saga = s.now.id, .state = repair_state::applied, .because = {}};
    self->request(gateway(s), caf::infinite, repaired{.update = std::move(update), .outcome = std::move(applied)})
        .then(then);
  } else if (t.commit_first || (t.sends && asks_elsewhere(s))) {
    s.committing = true;
    self->request(gateway(s), caf::infinite, std::move(update)).then(then);
  } else {
    self->send(gateway(s), record_behind{std::move(update)});
    go_on(self, t.sends);
  }
}

void ask(pointer self) {
  order_state& s = self->state;
  s.asked_at = s.around->clock();
  question q{.what = command_for(*s.def, s.now, s.input, s.faults),
             .asker = self,
             .traceparent = s.now.traceparent,
             .known_as = std::string{name_of(*s.def, s.now)},
             .asked_at = s.asked_at};
  s.told_to_fail = q.what.injected.has_value();
  self->send(s.around->switchboard, std::move(q));
}

/// Sends what the saga asks now, sees to its timer, or lets it rest.
void go_on(pointer self, bool sends) {
  order_state& s = self->state;
  if (sends)
    ask(self);
  if (s.rest_wanted || may_rest(s))
    return rest_now(self);
  arm_timer(self);
}

void tell_of(pointer self, std::string_view participant, operations::command_outcome what) {
  what.sent_at = self->state.asked_at;
  self->send(self->state.around->switchboard,
             heard_of{.participant = std::string{participant}, .what = std::move(what)});
}

/// The switchboard hears of each answer, late ones too; of what is none, it hears once.
void tell_of_reply(pointer self, const event& e, verdict v) {
  const order_state& s = self->state;
  const auto answered = tells_of_participant(e.answer.outcome, e.answer.code, s.told_to_fail);
  if (!answered || v == verdict::impossible || (!*answered && v != verdict::moved))
    return;
  for (const saga_step& each : s.def->steps)
    if (each.name == e.answer.step)
      tell_of(self, each.participant, {.at = e.at, .answered = *answered, .code = e.answer.code});
}

/// Nobody answered the question of that step in time.
void tell_of_silence(pointer self, std::size_t step, const event& e) {
  const order_state& s = self->state;
  if (!s.told_to_fail)
    tell_of(self, s.def->steps[step].participant, {.at = e.at, .answered = false, .code = std::string{codes::timeout}});
}

void ignored(pointer self, const event& e, verdict why) {
  order_state& s = self->state;
  if (why == verdict::early)
    return arm_timer(self);
  if (is_wanted_by_a_person(e.what) && may_rest(s))
    return rest_now(self); // it was called back into memory for nothing
  if (e.what != event::kind::replied)
    return;
  s.around->watcher->input_ignored(why);
  spdlog::debug("order {}: a {} answer to {} of {} (attempt {}) changes nothing", s.now.order.value, to_string(why),
                to_string(e.answer.what), e.answer.step, e.answer.attempt);
}

void answer(const happening& h, verdict what) {
  if (wish_promise promise = h.promise; promise.pending())
    promise.deliver(wish_result{what});
}

/// The outcome is durable before anybody hears of it; the order is as it was.
void turn_down(pointer self, const happening& h, operations::judgement why) {
  order_state& s = self->state;
  const bool moved_on = why.what == operations::judgement::kind::moved_on;
  const bool leaves = may_rest(s); // it was called back into memory for nothing
  repaired r{.update = {},
             .outcome = {.operation = h.ticket->operation,
                         .saga = s.now.id,
                         .state = moved_on ? repair_state::moved_on : repair_state::refused,
                         .because = std::move(why.because)}};
  if (leaves)
    r.update = saga_update{.after = s.now, .facts = {}, .rests = true};
  s.committing = leaves;
  self->request(gateway(s), caf::infinite, std::move(r)).then([=](recorded_durably) {
    answer(h, moved_on ? verdict::late : verdict::unfit);
    if (leaves)
      leave(self);
  });
}

void carry_on(pointer self, transition& t, const happening& h) {
  order_state& s = self->state;
  s.now = std::move(t.after);
  if (s.now.state == saga_state::held) // nobody need be woken for what a person did
    spdlog::log(s.now.held_because == hold_cause::by_person ? spdlog::level::info : spdlog::level::err,
                "order {} is held: {}; it waits for a person", s.now.order.value, s.now.last_error);
  record(self, t, h);
}

void happen(pointer self, happening h) {
  order_state& s = self->state;
  if (s.committing) {
    s.waiting.push_back(std::move(h));
    return;
  }
  if (h.ticket) {
    auto decided = operations::judge(s.now, h.ticket->planned_sequence, h.what, *s.around->catalog);
    return decided.becomes ? carry_on(self, *decided.becomes, h) : turn_down(self, h, std::move(decided));
  }
  const bool awaited = s.now.awaiting_reply;
  const std::size_t step = s.now.at;
  transition t = advance(*s.def, std::move(s.now), h.what);
  if (h.what.what == event::kind::replied)
    tell_of_reply(self, h.what, t.what);
  else if (h.what.what == event::kind::woken && t.what == verdict::moved && awaited)
    tell_of_silence(self, step, h.what);
  if (t.what == verdict::moved)
    return carry_on(self, t, h);
  s.now = std::move(t.after);
  ignored(self, h.what, t.what);
  answer(h, t.what);
}

void on_reply(pointer self, reply& r) {
  event e = now_happens(self, event::kind::replied);
  e.answer = std::move(r);
  happen(self, {std::move(e)});
}

wish_promise on_wish(pointer self, const wish& w) {
  auto promise = self->make_response_promise<wish_result>();
  const event now = now_happens(self, operations::wish_of(w.wanted.what));
  happen(self, {.what = operations::event_of(w.wanted, now.at, now.chance), .promise = promise, .ticket = w.ticket});
  return promise;
}

} // namespace

order_actor::behavior_type run_order(pointer self, std::shared_ptr<const order_surroundings> around,
                                     const definition* def, std::shared_ptr<stored_saga> from) {
  die_telling_why(self);
  order_state& s = self->state;
  s.around = std::move(around);
  s.def = def;
  s.now = std::move(from->now);
  s.recorded_awaiting = s.now.awaiting_reply;
  s.input = std::move(from->input);
  s.chance.seed(static_cast<unsigned>(self->id()));
  if (s.around->allow_faults)
    s.faults = checkout::faults_of(s.input);
  happen(self, {now_happens(self, event::kind::taken_up)});
  return {
      [=](reply& answer) { on_reply(self, answer); },
      [=](wake) {
        self->state.reminder_at.reset();
        happen(self, {now_happens(self, event::kind::woken)});
      },
      [=](rest) {
        self->state.rest_wanted = true;
        if (!self->state.committing)
          rest_now(self);
      },
      [=](const wish& w) { return on_wish(self, w); },
  };
}

} // namespace sagad::actors

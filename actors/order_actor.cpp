#include "actors/order_actor.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/checkout/order.hpp"

namespace sagad::actors {

namespace {

using pointer = order_actor::stateful_pointer<order_state>;
using wish_promise = caf::typed_response_promise<wish_result>;

void happen(pointer self, event e, wish_promise promise = {});
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
    happen(self, std::move(next.what), std::move(next.promise));
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
  happen(self, std::move(e));
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

void record(pointer self, transition& t, wish_promise promise) {
  order_state& s = self->state;
  saga_update update{.after = s.now, .facts = std::move(t.facts), .rests = false};
  if (t.commit_first || (t.sends && asks_elsewhere(s))) {
    s.committing = true;
    self->request(gateway(s), caf::infinite, std::move(update))
        .then([self, sends = t.sends, promise](recorded_durably) { became_durable(self, sends, promise); });
    return;
  }
  self->send(gateway(s), record_behind{std::move(update)});
  go_on(self, t.sends);
}

/// Sends what the saga asks now, sees to its timer, or lets it rest.
void go_on(pointer self, bool sends) {
  order_state& s = self->state;
  if (sends)
    self->send(s.around->switchboard, question{command_for(*s.def, s.now, s.input, s.faults), self, s.traceparent});
  if (s.rest_wanted || may_rest(s))
    return rest_now(self);
  arm_timer(self);
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

void happen(pointer self, event e, wish_promise promise) {
  order_state& s = self->state;
  if (s.committing) {
    s.waiting.push_back({std::move(e), std::move(promise)});
    return;
  }
  transition t = advance(*s.def, std::move(s.now), e);
  s.now = std::move(t.after);
  if (t.what != verdict::moved) {
    ignored(self, e, t.what);
    if (promise.pending())
      promise.deliver(wish_result{t.what});
    return;
  }
  if (s.now.state == saga_state::held)
    spdlog::error("order {} is held: {}; it waits for a person", s.now.order.value, s.now.last_error);
  record(self, t, std::move(promise));
}

void on_reply(pointer self, reply& answer) {
  event e = now_happens(self, event::kind::replied);
  e.answer = std::move(answer);
  happen(self, std::move(e));
}

wish_promise on_wish(pointer self, const wish& w) {
  auto promise = self->make_response_promise<wish_result>();
  event e = now_happens(self, w.what);
  e.reason = w.reason;
  happen(self, std::move(e), promise);
  return promise;
}

} // namespace

order_actor::behavior_type run_order(pointer self, std::shared_ptr<const order_surroundings> around,
                                     const definition* def, std::shared_ptr<stored_saga> from,
                                     std::string traceparent) {
  die_telling_why(self);
  order_state& s = self->state;
  s.around = std::move(around);
  s.def = def;
  s.now = std::move(from->now);
  s.input = std::move(from->input);
  s.traceparent = std::move(traceparent);
  s.chance.seed(static_cast<unsigned>(self->id()));
  if (s.around->allow_faults)
    s.faults = checkout::faults_of(s.input);
  happen(self, now_happens(self, event::kind::taken_up));
  return {
      [=](reply& answer) { on_reply(self, answer); },
      [=](wake) {
        self->state.reminder_at.reset();
        happen(self, now_happens(self, event::kind::woken));
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

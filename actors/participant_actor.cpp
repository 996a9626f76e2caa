#include "actors/participant_actor.hpp"

#include <utility>

#include "actors/death.hpp"

namespace sagad::actors {

namespace {

using pointer = participant_actor::stateful_pointer<participant_state>;

reply answer_to(const command& asked, ledger_answer a) {
  return {.saga = asked.saga,
          .step = asked.step,
          .what = asked.what,
          .attempt = asked.attempt,
          .outcome = a.outcome,
          .code = std::move(a.code),
          .detail = std::move(a.detail),
          .result = std::move(a.result)};
}

reply dead_handler(const command& asked) {
  return answer_to(
      asked,
      {.outcome = reply_outcome::failed, .code = std::string{codes::handler_died}, .detail = "injected", .result = {}});
}

void keep_ticking(pointer self) {
  auto& s = self->state;
  if (s.ticking || s.delayed.empty())
    return;
  s.ticking = true;
  self->delayed_send(self, s.around.limits.tick_every, tick{});
}

void later(pointer self, moment at, std::function<void()> what) {
  self->state.delayed.push(at, std::move(what));
  keep_ticking(self);
}

/// How late an injected delay makes it: as told, or as far past the deadline as the deadline is away, so that it
/// is surely missed.
moment after_delay(pointer self, const command& asked) {
  const moment now = self->state.around.clock();
  if (asked.injected && asked.injected->delay)
    return now + *asked.injected->delay;
  return asked.deadline + (asked.deadline - now);
}

bool is_injected(const command& asked, fault_kind kind) { return asked.injected && asked.injected->kind == kind; }

void send_answer(pointer self, const question& q, ledger_answer a) {
  using enum fault_kind;
  // Of what was not delivered nothing has happened yet that could go wrong.
  const bool happened = a.outcome != reply_outcome::undelivered;
  const auto suffers = [&](fault_kind kind) { return happened && is_injected(q.what, kind); };
  if (suffers(kill_after)) {
    self->send(q.asker, dead_handler(q.what));
  } else if (suffers(late_reply)) {
    later(self, after_delay(self, q.what),
          [self, asker = q.asker, r = answer_to(q.what, std::move(a))] { self->send(asker, r); });
  } else if (suffers(duplicate_reply)) {
    self->send(q.asker, answer_to(q.what, a));
    self->send(q.asker, answer_to(q.what, std::move(a)));
  } else if (!suffers(lose_reply)) {
    self->send(q.asker, answer_to(q.what, std::move(a)));
  }
}

void refuse_unreadable(pointer self, const question& q, const std::string& why) {
  auto& s = self->state;
  self->send(s.around.dead_letters, dead_letter{.source = std::string{"participant "} + s.name,
                                                .reason = q.what.idempotency_key + ": " + why,
                                                .body = q.what.payload.dump(),
                                                .at = s.around.clock()});
  self->send(q.asker, answer_to(q.what, {.outcome = reply_outcome::refused,
                                         .code = std::string{codes::bad_payload},
                                         .detail = why,
                                         .result = {}}));
}

void handle(pointer self, question q) {
  auto& s = self->state;
  auto wanted = s.understand(q.what);
  if (!wanted)
    return refuse_unreadable(self, q, wanted.error());
  ledger_command entry{.idempotency_key = q.what.idempotency_key,
                       .participant = q.what.participant,
                       .what = q.what.what,
                       .on = std::move(*wanted)};
  // A refused do is remembered, like any refusal; a refused undo must not be, or it could never be paid.
  if (is_injected(q.what, fault_kind::refuse) && q.what.what == action::perform)
    entry.on = injected_refusal{q.what.injected->code};
  const auto& gateway = s.around.gateways.of(entry);
  self->request(gateway, caf::infinite, std::move(entry)).then([self, q = std::move(q)](ledger_answer& a) {
    send_answer(self, q, std::move(a));
  });
}

void on_question(pointer self, question& q) {
  if (is_injected(q.what, fault_kind::kill)) {
    self->send(q.asker, dead_handler(q.what));
  } else if (is_injected(q.what, fault_kind::refuse) && q.what.what == action::undo) {
    self->send(q.asker, answer_to(q.what, {.outcome = reply_outcome::refused,
                                           .code = q.what.injected->code,
                                           .detail = "injected",
                                           .result = {}}));
  } else if (is_injected(q.what, fault_kind::stall)) {
    const moment at = after_delay(self, q.what);
    later(self, at, [self, q = std::move(q)] { handle(self, q); });
  } else {
    handle(self, std::move(q));
  }
}

void on_tick(pointer self) {
  auto& s = self->state;
  s.ticking = false;
  const moment now = s.around.clock();
  while (s.delayed.has_due(now))
    s.delayed.pop()();
  keep_ticking(self);
}

} // namespace

std::optional<customer_id> customer_of(const json& payload) {
  if (!payload.is_object() || !payload.contains("customer_id") || !payload["customer_id"].is_string() ||
      !is_valid_id(payload["customer_id"].get_ref<const std::string&>()))
    return std::nullopt;
  return customer_id{payload["customer_id"]};
}

participant_actor::behavior_type run_participant(pointer self, const char* name, understand_fn understand,
                                                 participant_surroundings around) {
  die_telling_why(self);
  self->state.name = name;
  self->state.understand = understand;
  self->state.around = std::move(around);
  return {
      [=](question& q) { on_question(self, q); },
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors

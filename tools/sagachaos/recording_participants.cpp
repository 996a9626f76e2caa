#include "tools/sagachaos/recording_participants.hpp"

#include <algorithm>
#include <utility>

#include "adapters/memory/memory_bus.hpp"
#include "workflows/saga_catalog.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::chaos {

namespace {

constexpr std::uint16_t commands_taken_max = 100;

bool is_pivot(const definition& d, std::string_view step) {
  return std::any_of(d.steps.begin(), d.steps.end(),
                     [step](const saga_step& each) { return each.name == step && each.kind == step_kind::pivot; });
}

reply to_reply(const command& asked, const ledger_answer& a) {
  return {.saga = asked.saga,
          .step = asked.step,
          .what = asked.what,
          .attempt = asked.attempt,
          .outcome = a.outcome,
          .code = a.code,
          .detail = a.detail,
          .result = a.result};
}

const ledger_answer& died() {
  static const ledger_answer a{
      .outcome = reply_outcome::failed, .code = std::string{codes::handler_died}, .detail = "injected", .result = {}};
  return a;
}

ledger_answer refused_with(std::string code) {
  return {.outcome = reply_outcome::refused, .code = std::move(code), .detail = "injected", .result = {}};
}

bool is_injected(const command& asked, fault_kind kind) { return asked.injected && asked.injected->kind == kind; }

ledger_answer first_answer(const subject& of, const command& asked) {
  if (is_injected(asked, fault_kind::refuse))
    return refused_with(asked.injected->code);
  const auto known = of.participants.find(asked.participant);
  return known == of.participants.end() ? done() : known->second(asked);
}

milliseconds delay_of(const command& asked, moment now) {
  return asked.injected->delay.value_or(2 * std::max(milliseconds{0}, asked.deadline - now));
}

} // namespace

recording_participants::recording_participants(const subject& of, std::shared_ptr<memory::broker> broker, agenda& later,
                                               witness& sees)
    : of_(of), later_(later), sees_(sees), bus_(memory::connect(std::move(broker), "participants", *this)) {
  for (const std::string& each : participants_of(*of.saga))
    bus_->consume(wire::commands_queue(each), commands_taken_max);
}

void recording_participants::on_message(incoming_message m) {
  bus_->acknowledge(m.receipt);
  auto asked = wire::command_from(m.body);
  if (!asked)
    return;
  asked->participant = m.queue.substr(wire::commands_queue({}).size());
  question q{.asked = std::move(*asked), .reply_to = std::move(m.reply_to), .correlation_id = m.correlation_id};
  if (!q.asked.injected)
    return handle(q);
  switch (q.asked.injected->kind) {
  case fault_kind::kill:
    return answer(q, died());
  case fault_kind::stall:
    return later_.in(delay_of(q.asked, later_.now()), [this, q] { handle(q); });
  case fault_kind::refuse:
    // A refused undo is not remembered, or it could never be paid.
    return q.asked.what == action::undo ? answer(q, refused_with(q.asked.injected->code)) : handle(q);
  default:
    return handle(q);
  }
}

void recording_participants::handle(const question& q) {
  const ledger_answer a = carry_out(q.asked);
  using enum fault_kind;
  if (is_injected(q.asked, kill_after))
    return answer(q, died());
  if (is_injected(q.asked, lose_reply))
    return;
  if (is_injected(q.asked, late_reply))
    return later_.in(delay_of(q.asked, later_.now()), [this, q, a] { answer(q, a); });
  answer(q, a);
  if (is_injected(q.asked, duplicate_reply))
    answer(q, a);
}

ledger_answer recording_participants::carry_out(const command& asked) {
  const auto entry = inbox_.find(asked.idempotency_key);
  const remembered known = entry == inbox_.end() ? remembered{} : entry->second;
  const bool final = is_pivot(*of_.saga, asked.step);
  const inbox_rule rule = rule_for(asked.what, known.what, final);
  ledger_answer a = rule == inbox_rule::apply ? do_anew(asked) : answer_by(rule, known);
  if (rule == inbox_rule::block || rule == inbox_rule::reverse)
    inbox_[asked.idempotency_key].what = recorded::undone;
  sees_.saw_answer({.idempotency_key = asked.idempotency_key,
                    .participant = asked.participant,
                    .what = asked.what,
                    .on = mark{.final = final}},
                   a);
  return a;
}

ledger_answer recording_participants::do_anew(const command& asked) {
  ledger_answer a = first_answer(of_, asked);
  if (a.outcome == reply_outcome::succeeded || a.outcome == reply_outcome::refused)
    inbox_[asked.idempotency_key] = {.what = a.outcome == reply_outcome::succeeded ? recorded::succeeded
                                                                                   : recorded::refused,
                                     .kind = std::string{kind_of(mark{})},
                                     .answer = a};
  return a;
}

void recording_participants::answer(const question& q, const ledger_answer& a) {
  bus_->publish({.exchange = {},
                 .routing_key = q.reply_to,
                 .body = wire::to_message(to_reply(q.asked, a)),
                 .correlation_id = q.correlation_id},
                ++answers_);
}

} // namespace sagad::chaos

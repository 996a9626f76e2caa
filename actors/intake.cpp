#include "actors/intake.hpp"

#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/checkout/acceptance.hpp"
#include "workflows/checkout/order_named_in.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/submission_answer.hpp"
#include "workflows/wire/trace_context.hpp"

namespace sagad::actors {

namespace {

using pointer = intake_actor::stateful_pointer<intake_state>;
using state = intake_state;

/// How late an answer is that a tester wants late, and does not say how late.
constexpr milliseconds late_answer_delay{1'000};

const std::string& orders_queue() {
  static const std::string name{wire::orders_queue};
  return name;
}

/// It is kept, and others are sent it: nothing but what it is said to be.
std::string trace_of(const incoming_message& m) {
  std::string trace = header_of(m, traceparent_header);
  return wire::is_traceparent(trace) ? trace : std::string{};
}

// --- answering -------------------------------------------------------------------------------------------

void post_answer(state& s, const incoming_message& to, const acceptance& decided,
                 std::optional<std::uint64_t> receipt) {
  outgoing_message m{.exchange = {},
                     .routing_key = to.reply_to,
                     .body = wire::to_message(decided),
                     .correlation_id = to.correlation_id};
  if (auto trace = trace_of(to); !trace.empty())
    m.headers.emplace_back(traceparent_header, std::move(trace));
  s.outbox->post({.what = std::move(m), .receipt = receipt});
}

std::string reason_of(const refusal& why) { return why.code + ": " + why.message; }

void bury(pointer self, const incoming_message& m, const refusal& why) {
  self->state.undertaker->bury(self, *self->state.outbox, m, orders_queue(), reason_of(why));
}

void refuse_malformed(pointer self, const incoming_message& m, refusal why) {
  if (!m.reply_to.empty()) {
    acceptance refused;
    refused.order = checkout::order_named_in(m.body);
    refused.error = why;
    post_answer(self->state, m, refused, std::nullopt);
  }
  bury(self, m, why);
}

/// Asked for by a tester: honoured where the order was, or it would have been refused.
std::optional<fault> injected_into(const state::taken& t, const acceptance& decided) {
  return decided.accepted && !decided.duplicate ? fault_that_hits(t.what.faults, "accept", 1) : std::nullopt;
}

/// To who asked for an answer.
void reply(pointer self, state::taken t, const acceptance& decided) {
  state& s = self->state;
  const auto injected = injected_into(t, decided);
  if (injected && injected->kind == fault_kind::duplicate_reply)
    post_answer(s, t.from, decided, std::nullopt);
  if (injected && injected->kind == fault_kind::late_reply) {
    const instant due = instant_of(self) + injected->delay.value_or(late_answer_delay);
    return s.late.push(due, {.to = std::move(t), .told = decided});
  }
  post_answer(s, t.from, decided, t.from.receipt);
}

void reply_late(state& s, instant now) {
  while (s.late.has_due(now)) {
    const state::late_answer due = s.late.pop();
    post_answer(s, due.to.from, due.told, due.to.from.receipt);
  }
}

void answer(pointer self, state::taken t, const acceptance& decided) {
  state& s = self->state;
  const incoming_message& m = t.from;
  if (decided.unanswered)
    return s.outbox->acknowledge(m.receipt);
  if (!m.reply_to.empty())
    return reply(self, std::move(t), decided);
  if (decided.error) // nobody else would hear of it
    return bury(self, m, *decided.error);
  s.outbox->acknowledge(m.receipt);
}

// --- submitting ------------------------------------------------------------------------------------------

/// Not about the order: it may be taken here later, or elsewhere now.
bool is_for_now_only(const acceptance& a) {
  return a.error && (a.error->code == "BUSY" || a.error->code == codes::store_unavailable);
}

void submit_waiting(pointer self, std::size_t how_many);

void decided(pointer self, state::taken t, const acceptance& a) {
  state& s = self->state;
  --s.submitted;
  if (a.error && a.error->code == "SHUTTING_DOWN")
    return s.config.bus.bus->give_back(t.from.receipt);
  if (!is_for_now_only(a)) {
    answer(self, std::move(t), a);
    return submit_waiting(self, 2);
  }
  if (s.draining)
    return s.config.bus.bus->give_back(t.from.receipt);
  s.waiting.push_back(std::move(t));
}

void submit(pointer self, state::taken t) {
  state& s = self->state;
  ++s.submitted;
  checkout::submission asked = t.what;
  const auto kept = std::make_shared<state::taken>(std::move(t));
  self->request(s.config.directory, caf::infinite, std::move(asked))
      .then([=](const acceptance& a) { decided(self, std::move(*kept), a); },
            // Without a directory or its store the node stops, and the broker gives what it took to another.
            [=](const caf::error&) { --self->state.submitted; });
}

void on_delivery(pointer self, incoming_message& m) {
  state& s = self->state;
  if (!s.consuming)
    return s.config.bus.bus->give_back(m.receipt); // it crossed our wish to stop
  auto parsed = checkout::parse_submission(m.body);
  if (!parsed)
    return refuse_malformed(self, m, std::move(parsed.error()));
  if (parsed->order.value.empty()) {
    // Who names the message counts on being known by it again: under a name made up here he would pay twice.
    if (!m.message_id.empty() && !is_valid_id(m.message_id))
      return refuse_malformed(
          self, m, {"INVALID_ID", "message_id", "message_id must be 1 to 128 characters of A-Z a-z 0-9 . _ : -"});
    parsed->order = m.message_id.empty() ? checkout::generated_order_id(s.config.clock(), s.chance(), s.chance())
                                         : order_id{m.message_id};
  }
  parsed->traceparent = trace_of(m);
  submit(self, {.from = std::move(m), .what = std::move(*parsed)});
}

/// One tries, now and then, and each that finds room lets two follow: all of them at once, at each beat, would cost a
/// node that is full a good part of what it needs to become less so.
void submit_waiting(pointer self, std::size_t how_many) {
  state& s = self->state;
  for (; how_many > 0 && !s.waiting.empty(); --how_many) {
    state::taken next = std::move(s.waiting.front());
    s.waiting.pop_front();
    submit(self, std::move(next));
  }
}

// --- leaving ---------------------------------------------------------------------------------------------

void see_to_draining(state& s, instant now) {
  if (!s.draining || !s.draining->pending())
    return;
  const bool busy = s.submitted > 0 || !s.late.empty() || !s.undertaker->empty() || !s.outbox->empty();
  if (!busy || now >= s.drain_deadline)
    s.draining->deliver(drained{}); // what is unacknowledged then goes back when the connection goes
}

caf::typed_response_promise<drained> on_drain(pointer self, const drain& d) {
  state& s = self->state;
  s.consuming = false;
  s.config.bus.bus->stop_consuming(orders_queue());
  for (const state::taken& each : std::exchange(s.waiting, {}))
    s.config.bus.bus->give_back(each.from.receipt);
  s.drain_deadline = instant_of(self) + d.grace;
  s.draining = self->make_response_promise<drained>();
  return *s.draining;
}

void on_tick(pointer self) {
  state& s = self->state;
  const instant now = instant_of(self);
  if (!s.draining)
    submit_waiting(self, 1);
  reply_late(s, now);
  s.outbox->look(now);
  see_to_draining(s, now);
  self->delayed_send(self, s.config.limits.bus_look_every, tick{});
}

} // namespace

intake_actor::behavior_type intake(pointer self, intake_config config) {
  die_telling_why(self);
  state& s = self->state;
  s.config = std::move(config);
  s.outbox.emplace(s.config.bus, s.config.bus.ear->add_publisher(self), s.config.limits.bus_retry_pause);
  s.undertaker.emplace(s.config.gateways, s.config.clock);
  s.config.bus.ear->add_consumer(orders_queue(), self);
  s.consuming = true;
  s.config.bus.bus->consume(orders_queue(), s.config.limits.submissions_taken_max);
  self->send(self, tick{});
  return {
      [=](incoming_message& m) { on_delivery(self, m); },
      [=](const settled_messages& told) { self->state.outbox->on_settled(told, instant_of(self)); },
      [=](tick) { on_tick(self); },
      [=](const drain& d) { return on_drain(self, d); },
  };
}

} // namespace sagad::actors

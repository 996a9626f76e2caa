#include "actors/command_server.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::actors {

namespace {

using pointer = command_server_actor::stateful_pointer<command_server_state>;
using state = command_server_state;
using entry = std::map<state::key, state::open_command>::iterator;

void ask(pointer self, const command& what) {
  self->send(self->state.config.switchboard, question{.what = what, .asker = self, .traceparent = {}, .known_as = {}});
}

// --- taking ----------------------------------------------------------------------------------------------

void consume(state& s) {
  if (!std::exchange(s.consuming, true))
    s.config.bus.bus->consume(s.queue, s.config.limits.commands_taken_max);
}

void stop_consuming(state& s) {
  if (std::exchange(s.consuming, false))
    s.config.bus.bus->stop_consuming(s.queue);
}

void give_back(state& s, state::open_command& open) {
  for (state::delivery& each : open.from)
    if (each.receipt)
      s.config.bus.bus->give_back(*std::exchange(each.receipt, {}));
}

/// When the last answer to it may come, late ones included.
instant last_answer_at(const state& s, const command& asked, instant now) {
  if (!asked.injected)
    return now + s.config.limits.unanswered_max;
  const milliseconds patience = std::max(milliseconds{0}, asked.deadline - s.config.clock());
  return now + asked.injected->delay.value_or(2 * patience) + s.config.limits.unanswered_max;
}

void on_delivery(pointer self, incoming_message& m) {
  state& s = self->state;
  if (!s.consuming)
    return s.config.bus.bus->give_back(m.receipt); // it crossed our wish to stop
  auto asked = wire::command_from(m.body);
  if (!asked)
    return s.undertaker->bury(self, *s.outbox, m, s.queue, asked.error().code + ": " + asked.error().message);
  asked->participant = s.config.participant;
  if (!s.config.allow_faults)
    asked->injected.reset();
  const instant now = instant_of(self);
  state::open_command& open = s.open[{asked->saga.value, asked->step, asked->what, asked->attempt}];
  open.acknowledge_at = now + s.config.limits.unanswered_max;
  open.forget_at = last_answer_at(s, *asked, now);
  open.what = std::move(*asked);
  open.from.push_back({.receipt = m.receipt,
                       .reply_to = std::move(m.reply_to),
                       .correlation_id = std::move(m.correlation_id),
                       .traceparent = header_of(m, traceparent_header)});
  ask(self, open.what); // again, though somebody did: the one who was asked may have died of it
}

// --- answering -------------------------------------------------------------------------------------------

void answer(state& s, state::delivery& to, const std::string& text) {
  if (to.reply_to.empty()) {
    if (to.receipt)
      s.outbox->acknowledge(*std::exchange(to.receipt, {}));
    return;
  }
  outgoing_message m{.exchange = {}, .routing_key = to.reply_to, .body = text, .correlation_id = to.correlation_id};
  if (!to.traceparent.empty())
    m.headers.emplace_back(traceparent_header, to.traceparent);
  s.outbox->post({.what = std::move(m), .receipt = std::exchange(to.receipt, {})});
}

/// Asks what changes nothing, and no injected fault hits.
void begin_to_probe(pointer self, command c, const std::string& why) {
  state& s = self->state;
  spdlog::error("participant {} cannot carry out commands: {}; it takes none from the broker until it can",
                s.config.participant, why);
  c.what = action::probe;
  c.injected.reset();
  s.canary = std::move(c);
  s.ask_canary_at = instant_of(self) + s.config.limits.bus_retry_pause;
  stop_consuming(s);
}

void store_is_away(pointer self, entry open, const reply& why) {
  state& s = self->state;
  give_back(s, open->second);
  if (!s.canary)
    begin_to_probe(self, std::move(open->second.what), why.detail);
  s.open.erase(open);
}

void store_is_back(state& s) {
  spdlog::info("participant {} carries out commands again", s.config.participant);
  s.canary.reset();
  if (!s.draining)
    consume(s);
}

bool is_of(const reply& r, const command& asked) {
  return r.saga == asked.saga && r.step == asked.step && r.what == asked.what && r.attempt == asked.attempt;
}

void on_answer(pointer self, reply& r) {
  state& s = self->state;
  if (s.canary && is_of(r, *s.canary) && r.outcome != reply_outcome::undelivered)
    store_is_back(s);
  const auto open = s.open.find({r.saga.value, r.step, r.what, r.attempt});
  if (open == s.open.end())
    return;
  if (r.outcome == reply_outcome::undelivered)
    return store_is_away(self, open, r);
  const std::string text = wire::to_message(r);
  for (state::delivery& each : open->second.from)
    answer(s, each, text);
  // A fault that was injected may double the answer, or send one late.
  const bool expects_more =
      open->second.what.injected && s.open.size() <= std::size_t{2} * s.config.limits.commands_taken_max;
  if (!expects_more)
    s.open.erase(open);
}

// --- what stays unanswered -------------------------------------------------------------------------------

void look_at_canary(pointer self, instant now) {
  state& s = self->state;
  if (!s.canary || now < s.ask_canary_at)
    return;
  s.ask_canary_at = now + s.config.limits.bus_retry_pause;
  ask(self, *s.canary);
}

void look_at_unanswered(state& s, instant now) {
  for (auto open = s.open.begin(); open != s.open.end();) {
    if (now >= open->second.acknowledge_at)
      for (state::delivery& each : open->second.from)
        if (each.receipt)
          s.outbox->acknowledge(*std::exchange(each.receipt, {}));
    open = now >= open->second.forget_at ? s.open.erase(open) : std::next(open);
  }
}

bool is_unacknowledged(const state::open_command& open) {
  return std::any_of(open.from.begin(), open.from.end(), [](const auto& each) { return each.receipt.has_value(); });
}

void see_to_draining(state& s, instant now) {
  if (!s.draining || !s.draining->pending())
    return;
  const bool busy =
      std::any_of(s.open.begin(), s.open.end(), [](const auto& o) { return is_unacknowledged(o.second); });
  if ((busy || !s.undertaker->empty() || !s.outbox->empty()) && now < s.drain_deadline)
    return;
  for (auto& [key, open] : s.open)
    give_back(s, open);
  s.draining->deliver(drained{});
}

void on_tick(pointer self) {
  state& s = self->state;
  const instant now = instant_of(self);
  look_at_canary(self, now);
  look_at_unanswered(s, now);
  s.outbox->look(now);
  see_to_draining(s, now);
  self->delayed_send(self, s.config.limits.bus_look_every, tick{});
}

caf::typed_response_promise<drained> on_drain(pointer self, const drain& d) {
  state& s = self->state;
  stop_consuming(s);
  s.drain_deadline = instant_of(self) + d.grace;
  s.draining = self->make_response_promise<drained>();
  return *s.draining;
}

} // namespace

command_server_actor::behavior_type command_server(pointer self, command_server_config config) {
  die_telling_why(self);
  state& s = self->state;
  s.config = std::move(config);
  s.queue = wire::commands_queue(s.config.participant);
  s.outbox.emplace(s.config.bus, s.config.bus.ear->add_publisher(self), s.config.limits.bus_retry_pause);
  s.undertaker.emplace(s.config.gateways, s.config.clock);
  s.config.bus.ear->add_consumer(s.queue, self);
  consume(s);
  self->send(self, tick{});
  return {
      [=](incoming_message& m) { on_delivery(self, m); },
      [=](reply& r) { on_answer(self, r); },
      [=](const settled_messages& told) { self->state.outbox->on_settled(told, instant_of(self)); },
      [=](tick) { on_tick(self); },
      [=](const drain& d) { return on_drain(self, d); },
  };
}

} // namespace sagad::actors

#include "actors/remote_participants.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/burial.hpp"
#include "actors/bus_outbox.hpp"
#include "actors/death.hpp"
#include "workflows/strict_json.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/correlation_id.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::actors {

namespace {

using pointer = remote_participants_actor::stateful_pointer<remote_participants_state>;
using state = remote_participants_state;

void keep_ticking(pointer self) {
  auto& s = self->state;
  if (s.ticking || s.to_look_at.empty())
    return;
  s.ticking = true;
  self->delayed_send(self, s.config.limits.tick_every, tick{});
}

moment due(const state::open_question& q) { return q.unreadable.empty() ? q.deadline : q.tell_at; }

/// What was answered leaves its place in the queue behind: those are thrown out when they are the most of it.
void look_at_it(pointer self, const std::string& correlation, const state::open_question& q) {
  auto& s = self->state;
  if (s.to_look_at.is_mostly_outdated(s.open.size())) {
    s.to_look_at = {};
    for (const auto& [each, asked] : s.open)
      s.to_look_at.push(due(asked), each);
  } else {
    s.to_look_at.push(due(q), correlation);
  }
  keep_ticking(self);
}

void reaches_nobody(pointer self, const state::open_question& q, std::string_view code, std::string why) {
  self->send(q.asker, reply{.saga = q.saga,
                            .step = q.step,
                            .what = q.what,
                            .attempt = q.attempt,
                            .outcome = reply_outcome::undelivered,
                            .code = std::string{code},
                            .detail = "participant " + q.participant + ": " + std::move(why),
                            .result = {}});
}

bool is_away(const state& s, const std::string& queue) {
  const auto known = s.consumers.find(queue);
  return known == s.consumers.end() || known->second == 0;
}

outgoing_message command_message(const state& s, const question& q, const std::string& correlation) {
  outgoing_message m{.exchange = std::string{wire::commands_exchange},
                     .routing_key = q.what.participant,
                     .body = wire::to_message(q.what),
                     .correlation_id = correlation,
                     .reply_to = s.config.bus.bus->reply_queue(),
                     .mandatory = true};
  if (!q.traceparent.empty())
    m.headers.emplace_back(traceparent_header, q.traceparent);
  return m;
}

void on_question(pointer self, question& q) {
  auto& s = self->state;
  state::open_question asked{.asker = std::move(q.asker),
                             .saga = q.what.saga,
                             .participant = q.what.participant,
                             .step = q.what.step,
                             .what = q.what.what,
                             .attempt = q.what.attempt,
                             .deadline = q.what.deadline};
  if (!s.problem.empty())
    return reaches_nobody(self, asked, codes::broker_away, "the broker is away: " + s.problem);
  if (is_away(s, wire::commands_queue(q.what.participant)))
    return reaches_nobody(self, asked, codes::participant_away, "nobody takes commands from its queue");
  if (s.open.size() >= s.config.limits.remote_questions_max)
    return reaches_nobody(self, asked, codes::broker_away, "as many commands as this node keeps are unanswered");
  const std::string correlation = wire::correlation_id_of(q.what);
  if (!s.config.bus.bus->publish(command_message(s, q, correlation), s.next_token))
    return reaches_nobody(self, asked, codes::broker_away, "as many messages as this node keeps are unconfirmed");
  s.unsettled.emplace(s.next_token++, correlation);
  s.open.insert_or_assign(correlation, std::move(asked));
  look_at_it(self, correlation, s.open.at(correlation));
}

void on_settled(pointer self, const settled_messages& told) {
  auto& s = self->state;
  for (const settled_message& each : told.settled) {
    const auto settled = s.unsettled.extract(each.token);
    if (settled.empty() || each.fate == publish_fate::confirmed)
      continue;
    const auto asked = s.open.extract(settled.mapped());
    if (asked.empty())
      continue;
    if (each.fate == publish_fate::refused)
      reaches_nobody(self, asked.mapped(), codes::queue_full, "the broker refused the command: its queue is full");
    else
      reaches_nobody(self, asked.mapped(), codes::participant_away, "it has no queue");
  }
}

void ignore(pointer self, verdict why, const incoming_message& m, const char* what) {
  self->state.config.watcher->input_ignored(why);
  spdlog::debug("an answer (correlation {}) changes nothing: {}", printable(m.correlation_id), what);
}

/// What it says means nothing: the outcome is in doubt, and its order knows why.
reply said_nothing_certain(const state::open_question& q) {
  return {.saga = q.saga,
          .step = q.step,
          .what = q.what,
          .attempt = q.attempt,
          .outcome = reply_outcome::failed,
          .code = std::string{unreadable_answer},
          .detail = q.unreadable,
          .result = {}};
}

/// It may be forged: the true answer has some time left to come.
void remember_unreadable(pointer self, const incoming_message& m, state::open_question& q, std::string why) {
  auto& s = self->state;
  if (!q.unreadable.empty())
    return;
  spdlog::warn("participant {} answers {} of order {} with what cannot be read: {}", q.participant, q.step,
               q.saga.value, why);
  const moment now = s.config.clock();
  self->send(s.config.dead_letters,
             letter_of(m, "participant " + q.participant,
                       std::string{unreadable_answer} + ": " + q.saga.value + '/' + q.step + ": " + why, now));
  q.unreadable = std::move(why);
  q.tell_at = now + std::min(s.config.limits.bus_retry_pause, (q.deadline - now) / 2);
  look_at_it(self, m.correlation_id, q);
}

void on_answer(pointer self, const incoming_message& m) {
  auto& s = self->state;
  const auto asked = s.open.find(m.correlation_id);
  if (asked == s.open.end())
    return ignore(self, verdict::late, m, "nobody waits for it");
  auto answer = wire::reply_from(m.body, m.correlation_id);
  if (!answer) {
    s.config.watcher->input_ignored(verdict::impossible);
    return remember_unreadable(self, m, asked->second, answer.error().message);
  }
  self->send(asked->second.asker, std::move(*answer));
  s.open.erase(asked);
}

void on_tick(pointer self) {
  auto& s = self->state;
  s.ticking = false;
  const moment now = s.config.clock();
  while (s.to_look_at.has_due(now)) {
    const auto known = s.open.find(s.to_look_at.pop());
    if (known == s.open.end())
      continue;
    const state::open_question& q = known->second;
    const bool is_unreadable = !q.unreadable.empty() && q.tell_at <= now;
    if (is_unreadable)
      self->send(q.asker, said_nothing_certain(q));
    if (is_unreadable || q.deadline <= now)
      s.open.erase(known);
  }
  keep_ticking(self);
}

} // namespace

remote_participants_actor::behavior_type remote_participants(pointer self, remote_participants_config config) {
  die_telling_why(self);
  auto& s = self->state;
  s.config = std::move(config);
  s.problem = "not connected yet";
  s.next_token = s.config.bus.ear->add_publisher(self);
  s.config.bus.ear->add_consumer(s.config.bus.bus->reply_queue(), self);
  s.config.bus.ear->add_watcher(self);
  s.config.bus.ear->set_watcher(self);
  for (const std::string& each : s.config.participants)
    s.config.bus.bus->watch_consumers(wire::commands_queue(each));
  return {
      [=](question& q) { on_question(self, q); },
      [=](const incoming_message& m) {
        on_answer(self, m);
        self->state.config.bus.bus->acknowledge(m.receipt);
      },
      [=](const settled_messages& told) { on_settled(self, told); },
      [=](const seen_consumers& seen) { self->state.consumers.insert_or_assign(seen.queue, seen.count); },
      [=](const bus_connection& c) { self->state.problem = c.problem; },
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors

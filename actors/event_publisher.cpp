#include "actors/event_publisher.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/wire/cloud_event.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::actors {

namespace {

using pointer = event_publisher_actor::stateful_pointer<event_publisher_state>;
using state = event_publisher_state;

outgoing_message event_message(const fact& f) {
  return {.exchange = std::string{wire::events_exchange},
          .routing_key = f.type,
          .body = wire::to_cloud_event(f),
          .content_type = std::string{wire::cloud_event_content_type},
          .message_id = wire::cloud_event_id(f)};
}

void publish(pointer self) {
  state& s = self->state;
  while (s.connected && s.streams->in_flight() < s.config.limits.facts_in_flight_max) {
    auto next = s.streams->next_to_publish();
    if (!next)
      return;
    if (!s.config.bus.bus->publish(event_message(*next), s.next_token)) {
      s.streams->take_back(next->saga);
      return;
    }
    const std::optional<moment> own = s.streams->is_adopted(next->saga) ? std::nullopt : std::optional{next->at};
    s.unsettled.emplace(s.next_token++, state::place{std::move(next->saga), next->sequence, own});
  }
}

void on_settled(pointer self, const settled_messages& told) {
  state& s = self->state;
  const instant now = instant_of(self);
  for (const settled_message& each : told.settled) {
    const auto found = s.unsettled.extract(each.token);
    if (found.empty())
      continue;
    const state::place& at = found.mapped();
    if (each.fate == publish_fate::refused)
      s.streams->refused(at.saga, at.sequence, now);
    else // an event that nobody listens to has arrived all the same
      s.streams->confirmed(at.saga, at.sequence, now);
  }
  publish(self);
}

void report(pointer self, instant now) {
  state& s = self->state;
  for (publication& each : s.streams->reports(now, s.draining.has_value())) {
    const auto& gateway = s.config.gateways.of(each.saga);
    self->send(gateway, std::move(each));
  }
}

/// When what leaves next of its own, or has left and is not confirmed, is itself old, then another node may well be as
/// far behind, and have in its memory what looks left: both would publish it.
bool is_behind(const state& s) {
  const moment old = s.config.clock() - s.config.limits.facts_idle / 2;
  const auto is_old = [&](const std::optional<moment>& happened_at) { return happened_at && *happened_at < old; };
  return is_old(s.streams->next_happened_at()) ||
         (!s.unsettled.empty() && is_old(s.unsettled.begin()->second.happened_at));
}

void look_for_left_facts(pointer self, instant now) {
  state& s = self->state;
  if (s.sweeping || s.draining || !s.connected || now < s.next_sweep || !s.streams->has_room())
    return;
  if (is_behind(s)) { // and so, for a while, is what others report of theirs
    s.next_sweep = now + s.config.limits.facts_sweep_every;
    return;
  }
  s.sweeping = true;
  const auto sagas_max = s.config.limits.facts_sweep_sagas_max;
  self->request(s.config.gateways.keeper, caf::infinite,
                claim_facts{.sagas_max = sagas_max, .idle_since = s.config.clock() - s.config.limits.facts_idle})
      .then(
          [=](claimed_facts& found) {
            state& after = self->state;
            after.sweeping = false;
            const bool more = after.streams->adopt(std::move(found.facts)) >= sagas_max;
            after.next_sweep = more ? now : now + after.config.limits.facts_sweep_every;
            publish(self);
          },
          [](const caf::error&) {}); // without its keeper the node stops
}

void see_to_draining(pointer self, instant now) {
  state& s = self->state;
  if (!s.draining || !s.draining->pending())
    return;
  if (s.streams->facts() > 0 && now < s.drain_deadline)
    return;
  if (s.streams->facts() > 0)
    spdlog::info("{} facts could not be published in time; they are in the store and follow", s.streams->facts());
  s.draining->deliver(drained{});
}

void on_tick(pointer self) {
  state& s = self->state;
  const instant now = instant_of(self);
  report(self, now); // first: it also finds what is to be sent again
  publish(self);
  look_for_left_facts(self, now);
  see_to_draining(self, now);
  self->delayed_send(self, s.config.limits.bus_look_every, tick{});
}

} // namespace

event_publisher_actor::behavior_type event_publisher(pointer self, event_publisher_config config) {
  die_telling_why(self);
  state& s = self->state;
  s.config = std::move(config);
  s.streams.emplace(s.config.limits);
  s.next_token = s.config.bus.ear->add_publisher(self);
  s.config.bus.ear->add_watcher(self);
  self->send(self, tick{});
  return {
      [=](durable_facts& told) {
        self->state.streams->add(std::move(told.facts));
        for (const saga_id& each : told.gone)
          self->state.streams->let_go(each);
        publish(self);
      },
      [=](claimed_streams& claimed) {
        for (claimed_stream& each : claimed.sagas)
          self->state.streams->take_over(each.saga, each.next, std::move(each.unpublished));
        publish(self);
      },
      [=](const settled_messages& told) { on_settled(self, told); },
      [=](const bus_connection& c) {
        self->state.connected = c.problem.empty();
        publish(self);
      },
      [=](tick) { on_tick(self); },
      [=](const drain& d) {
        self->state.drain_deadline = instant_of(self) + d.grace;
        self->state.draining = self->make_response_promise<drained>();
        return *self->state.draining;
      },
  };
}

} // namespace sagad::actors

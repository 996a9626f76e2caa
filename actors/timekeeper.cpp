#include "actors/timekeeper.hpp"

#include "actors/death.hpp"

namespace sagad::actors {

namespace {

using pointer = timekeeper_actor::stateful_pointer<timekeeper_state>;

/// One short tick at a time: a delayed message cannot be called back, and keeps its receiver alive.
void keep_ticking(pointer self) {
  auto& s = self->state;
  if (s.ticking || s.queue.empty())
    return;
  s.ticking = true;
  self->delayed_send(self, s.tick_every, tick{});
}

/// Most reminders are called off long before their time, and leave their place in the queue behind.
void forget_outdated(timekeeper_state& s) {
  s.queue = {};
  for (const auto& [saga, each] : s.reminders)
    s.queue.push(each.at, saga);
}

void on_remind(pointer self, const remind& r) {
  auto& s = self->state;
  s.reminders.insert_or_assign(r.saga, timekeeper_state::reminder{r.who, r.at});
  s.queue.push(r.at, r.saga);
  if (s.queue.is_mostly_outdated(s.reminders.size()))
    forget_outdated(s);
  keep_ticking(self);
}

void on_tick(pointer self) {
  auto& s = self->state;
  s.ticking = false;
  const moment now = s.clock();
  while (s.queue.has_due(now)) {
    const auto due = s.reminders.find(s.queue.pop());
    if (due == s.reminders.end() || due->second.at > now)
      continue;
    self->send(due->second.who, wake{});
    s.reminders.erase(due);
  }
  keep_ticking(self);
}

} // namespace

timekeeper_actor::behavior_type timekeeper(pointer self, clock_fn clock, engine_limits limits) {
  die_telling_why(self);
  self->state.clock = std::move(clock);
  self->state.tick_every = limits.tick_every;
  return {
      [=](const remind& r) { on_remind(self, r); },
      [=](const forget& f) { self->state.reminders.erase(f.saga); },
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors

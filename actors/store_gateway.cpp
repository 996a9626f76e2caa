#include "actors/store_gateway.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/retry_policy.hpp"

namespace sagad::actors {

namespace {

using pointer = store_gateway_actor::stateful_pointer<store_gateway_state>;
using state = store_gateway_state;

// --- when the store fails --------------------------------------------------------------------------------

/// What it is worth to try again, and what is not.
enum class remedy : std::uint8_t { try_again, start_again };

/// Of a call that changes nothing that another one would not find.
remedy remedy_for(const store_error& e) {
  using enum store_error::kind;
  return e.what == fenced || e.what == corrupt || e.what == schema ? remedy::start_again : remedy::try_again;
}

/// Of a call that may have made orders ours. What the store itself could not find out, the node would have to guess:
/// it may own orders that nobody drives. Started again it takes them all up.
remedy remedy_for_lost_answer(const store_error& e) {
  return e.what == store_error::kind::in_doubt ? remedy::start_again : remedy_for(e);
}

/// A request that is never answered keeps its asker waiting for ever.
void quit_answering_all(pointer self, const store_error& why) {
  auto& s = self->state;
  transaction rest = s.gathered.take();
  s.gathered.put_back(rest, why);
  s.gathered.break_promises();
  self->quit();
}

void lose_store(pointer self, const store_error& why) {
  self->state.lost = true;
  self->state.config.on_store_lost(why);
  quit_answering_all(self, why);
}

milliseconds pause_after_failures(state& s) {
  const retry_policy pauses{.attempts_max = attempts_unlimited,
                            .backoff_initial = s.config.limits.store_retry_pause,
                            .backoff_max = s.config.limits.store_retry_pause_max};
  return backoff_after(pauses, s.failures, std::uniform_real_distribution<>{0.0, 1.0}(s.chance));
}

void note_failure(pointer self, const char* doing, const store_error& why, remedy what) {
  auto& s = self->state;
  if (what == remedy::start_again)
    return lose_store(self, why);
  if (++s.failures == 1)
    spdlog::error("{} failed ({}): {}; trying again, at most every {} ms", doing, to_string(why.what), why.detail,
                  s.config.limits.store_retry_pause.count());
  s.pause_until = instant_of(self) + pause_after_failures(s);
}

void note_success(state& s) {
  if (std::exchange(s.failures, 0) > 0)
    spdlog::warn("the store works again");
}

bool must_pause(pointer self) { return instant_of(self) < self->state.pause_until; }

// --- committing ------------------------------------------------------------------------------------------

/// Commits what has gathered; true when nothing of it is left.
bool commit(pointer self) {
  auto& s = self->state;
  transaction t = s.gathered.take();
  if (t.work.empty())
    return true;
  const auto began = std::chrono::steady_clock::now();
  auto result = s.config.target->commit(t.work, s.config.clock());
  if (!result) {
    s.gathered.put_back(t, result.error());
    note_failure(self, "committing a batch", result.error(), remedy_for_lost_answer(result.error()));
    return false;
  }
  note_success(s);
  s.config.watcher->batch_committed(
      t.work.submissions.size() + t.work.commands.size() + t.work.updates.size(),
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began));
  // First: what follows from the answers must come after.
  if (s.publisher)
    if (auto told = t.facts_of(*result); !told.facts.empty() || !told.gone.empty())
      self->send(s.publisher, std::move(told));
  t.answer(*result);
  return true;
}

void keep_ticking(pointer self) {
  auto& s = self->state;
  if (!std::exchange(s.ticking, true))
    self->delayed_send(self, s.config.limits.linger, tick{});
}

void flush_when_full(pointer self) {
  if (self->state.gathered.size() >= self->state.config.limits.batch_items_max && !must_pause(self))
    commit(self);
}

/// A message to itself stands behind all that has arrived by now: when it comes, all of that has gathered.
void flush_soon(pointer self) {
  auto& s = self->state;
  flush_when_full(self);
  if (s.gathered.size() == 0 || must_pause(self)) // then the tick will see to it
    return;
  if (!std::exchange(s.flush_queued, true))
    self->send(self, flush{});
}

template <class Answer, class Question>
caf::typed_response_promise<Answer> on_question(pointer self, Question& asked) {
  auto promise = self->make_response_promise<Answer>();
  self->state.gathered.add(std::move(asked), promise);
  flush_soon(self);
  return promise;
}

durable_promise on_update(pointer self, saga_update& update) {
  auto promise = self->make_response_promise<recorded_durably>();
  self->state.gathered.add(std::move(update)).waiting.push_back(promise);
  flush_soon(self);
  return promise;
}

// --- reading ---------------------------------------------------------------------------------------------

claimed_stream stream_of(stored_saga& claimed) {
  return {
      .saga = claimed.now.id, .next = claimed.now.sequence + 1, .unpublished = std::exchange(claimed.unpublished, {})};
}

void tell_publisher(pointer self, claimed_work& claimed) {
  claimed_streams told;
  for (stored_saga& each : claimed.sagas)
    told.sagas.push_back(stream_of(each));
  for (claimed_repair& each : claimed.repairs)
    if (each.taken) // of what this node drove before, the publisher knows more
      told.sagas.push_back(stream_of(each.saga));
  if (!told.sagas.empty())
    self->send(self->state.publisher, std::move(told));
}

bool claim_sagas(pointer self, const claim_work& asked, claimed_work& to) {
  if (asked.count_max == 0)
    return true;
  auto found = self->state.config.target->claim(asked.count_max, asked.due);
  if (found)
    to.sagas = std::move(*found);
  else
    note_failure(self, "looking for waiting orders", found.error(), remedy_for_lost_answer(found.error()));
  return found.has_value();
}

void claim_repairs(pointer self, const claim_work& asked, claimed_work& to) {
  auto& s = self->state;
  if (asked.repairs_max == 0)
    return;
  auto found = s.config.target->claim_repairs(asked.repairs_max, s.config.clock());
  if (found)
    to.repairs = std::move(*found);
  else
    note_failure(self, "looking for repairs", found.error(), remedy_for_lost_answer(found.error()));
}

claimed_work on_claim(pointer self, const claim_work& asked) {
  auto& s = self->state;
  if (s.leaving || must_pause(self))
    return {};
  const auto changed = s.config.target->changed_by_others();
  if (!changed) {
    note_failure(self, "looking for what others changed", changed.error(), remedy_for(changed.error()));
    return {};
  }
  if (!*changed && !asked.sweep)
    return {};
  claimed_work claimed;
  if (claim_sagas(self, asked, claimed))
    claim_repairs(self, asked, claimed);
  if (s.publisher)
    tell_publisher(self, claimed);
  return claimed;
}

claimed_facts on_claim_facts(pointer self, const claim_facts& asked) {
  auto& s = self->state;
  if (s.leaving || must_pause(self))
    return {};
  auto found = s.config.target->claim_unpublished(asked.sagas_max, asked.idle_since, s.config.clock());
  if (found)
    return {std::move(*found)};
  note_failure(self, "looking for unpublished facts", found.error(), remedy_for(found.error()));
  return {};
}

loaded_saga on_load(pointer self, const load_saga& asked) {
  auto& s = self->state;
  // What it loads must not be older than what it was told.
  if (must_pause(self) || !commit(self))
    return {};
  auto found = s.config.target->load(asked.id);
  if (found)
    return {.known = true, .found = std::move(*found)};
  note_failure(self, "reading an order", found.error(), remedy_for(found.error()));
  return {};
}

// --- signs of life ---------------------------------------------------------------------------------------

sign_of_life sign(const state& s, bool leaving) {
  return {.at = s.config.clock(), .leaving = leaving, .broker = s.config.broker_state(), .circuits = s.circuits};
}

/// A step of what retention wants; the next one soon when there is more to delete.
void purge(pointer self, instant now) {
  auto& s = self->state;
  if (now < s.next_purge)
    return;
  const auto purged =
      s.config.target->purge(s.config.clock() - s.config.limits.dead_letter_retention, s.config.limits.purge_max);
  if (!purged)
    return note_failure(self, "deleting old dead letters", purged.error(), remedy_for(purged.error()));
  if (*purged > 0)
    spdlog::info("{} dead letters that were discarded long ago are deleted", *purged);
  if (*purged < s.config.limits.purge_max)
    s.next_purge = now + s.config.limits.purge_every;
}

void tell_of_fences(state& s, std::string problem) {
  if (!problem.empty() && problem != s.fence_problem)
    spdlog::error("a silent node cannot be fenced, and what it drove waits: {}; trying again at each sign of life",
                  problem);
  s.fence_problem = std::move(problem);
}

void give_sign_of_life(pointer self, instant now) {
  auto& s = self->state;
  if (!s.config.keeps || now < s.next_beat)
    return;
  s.next_beat = now + s.config.limits.beat_every;
  auto beat = s.config.target->beat(sign(s, false));
  if (!beat)
    return note_failure(self, "giving a sign of life", beat.error(), remedy_for(beat.error()));
  if (s.gathered.size() == 0) // a keeper that commits nothing hears by this alone that the store is back
    note_success(s);
  tell_of_fences(s, std::move(beat->fence_problem));
  if (beat->drain_wanted && !std::exchange(s.drain_told, true))
    s.config.on_drain_wanted();
  if (s.switchboard)
    self->send(s.switchboard, participant_rules{std::move(beat->rules)});
  purge(self, now);
}

void on_tick(pointer self) {
  auto& s = self->state;
  s.ticking = false;
  const instant now = instant_of(self);
  if (now >= s.pause_until && s.gathered.is_due(now, s.config.limits.publications_linger) && !commit(self))
    return keep_ticking(self);
  give_sign_of_life(self, now);
  keep_ticking(self);
}

left_store on_leave(pointer self) {
  auto& s = self->state;
  s.leaving = true;
  if (!commit(self))
    spdlog::error("leaving the store with {} records unwritten; those orders go on from their last durable state",
                  s.gathered.updates());
  if (s.config.keeps && !s.lost)
    if (const auto beat = s.config.target->beat(sign(s, true)); !beat)
      spdlog::error("giving the store's lease back failed: {}; it ends with the process", beat.error().detail);
  self->quit();
  return {};
}

} // namespace

store_gateway_actor::behavior_type store_gateway(pointer self, store_gateway_config config) {
  die_telling_why(self);
  self->state.config = std::move(config);
  self->state.chance.seed(self->state.config.seed + static_cast<unsigned>(self->id()));
  keep_ticking(self);
  return {
      [=](checkout::submission& asked) { return on_question<submitted>(self, asked); },
      [=](ledger_command& asked) { return on_question<ledger_answer>(self, asked); },
      [=](saga_update& update) { return on_update(self, update); },
      [=](record_behind& r) {
        self->state.gathered.add(std::move(r.update));
        flush_when_full(self);
      },
      [=](const publication& published) {
        self->state.gathered.add(published, instant_of(self));
        flush_when_full(self);
      },
      [=](repaired& r) { return on_question<recorded_durably>(self, r); },
      [=](dead_letter& letter) { return on_question<recorded_durably>(self, letter); },
      [=](const claim_work& asked) { return on_claim(self, asked); },
      [=](const claim_facts& asked) { return on_claim_facts(self, asked); },
      [=](const load_saga& asked) { return on_load(self, asked); },
      [=](event_publisher_actor& publisher) { self->state.publisher = std::move(publisher); },
      [=](switchboard_actor& switchboard) { self->state.switchboard = std::move(switchboard); },
      [=](seen_circuits& seen) { self->state.circuits = std::move(seen.all); },
      [=](leave_store) { return on_leave(self); },
      [=](flush) {
        self->state.flush_queued = false;
        if (!must_pause(self))
          commit(self);
      },
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors

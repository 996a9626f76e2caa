#include "actors/store_gateway.hpp"

#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"

namespace sagad::actors {

namespace {

using pointer = store_gateway_actor::stateful_pointer<store_gateway_state>;
using state = store_gateway_state;

std::size_t items_waiting(const state& s) {
  return s.submissions.size() + s.commands.size() + s.updates.size() + s.dead_letters.size();
}

/// A transaction that was taken out of the state, with those who wait for it.
struct transaction {
  batch work;
  std::vector<caf::typed_response_promise<submitted>> submitters;
  std::vector<caf::typed_response_promise<ledger_answer>> askers;
  std::vector<state::pending_update> updates;
};

/// Everything that has gathered, always: an order's progress reached us before the command that follows from it,
/// and must not become durable after that command's effect (`transition::commit_first` says why).
transaction take_transaction(state& s) {
  transaction t;
  t.work.submissions = std::exchange(s.submissions, {});
  t.work.commands = std::exchange(s.commands, {});
  t.work.dead_letters = std::exchange(s.dead_letters, {});
  t.submitters = std::exchange(s.submitters, {});
  t.askers = std::exchange(s.askers, {});
  for (auto& [id, pending] : s.updates) {
    t.work.updates.push_back(std::move(pending.update));
    t.updates.push_back(std::move(pending));
  }
  s.updates.clear();
  return t;
}

void answer(transaction& t, batch_result& result) {
  auto begun = std::make_move_iterator(result.begun.begin());
  for (std::size_t i = 0; i < t.submitters.size(); ++i) {
    acceptance& a = result.acceptances[i];
    const bool is_new = a.accepted && !a.duplicate;
    submitted s{.answer = std::move(a), .begun = {}};
    if (is_new)
      s.begun = *begun++;
    t.submitters[i].deliver(std::move(s));
  }
  for (std::size_t i = 0; i < t.askers.size(); ++i)
    t.askers[i].deliver(std::move(result.answers[i]));
  for (state::pending_update& p : t.updates)
    for (auto& waiting : p.waiting)
      waiting.deliver(recorded_durably{});
}

/// Nothing of it is durable, as far as is known. Who asked may ask again; progress is kept until it is.
void give_back(state& s, transaction& t, const store_error& why) {
  for (std::size_t i = 0; i < t.submitters.size(); ++i) {
    acceptance a;
    a.order = std::move(t.work.submissions[i].order);
    a.error = refusal{.code = std::string{codes::store_unavailable},
                      .field = {},
                      .message = "the order could not be stored; submit it again with the same order_id"};
    t.submitters[i].deliver(submitted{.answer = std::move(a), .begun = {}});
  }
  for (auto& asker : t.askers)
    asker.deliver(ledger_answer{.outcome = reply_outcome::failed,
                                .code = std::string{codes::store_unavailable},
                                .detail = why.detail,
                                .result = {}});
  for (std::size_t i = 0; i < t.updates.size(); ++i) {
    t.updates[i].update = std::move(t.work.updates[i]);
    const saga_id id = t.updates[i].update.after.id;
    s.updates.emplace(id, std::move(t.updates[i]));
  }
  s.dead_letters.insert(s.dead_letters.begin(), std::make_move_iterator(t.work.dead_letters.begin()),
                        std::make_move_iterator(t.work.dead_letters.end()));
}

bool is_final(const store_error& e) {
  using enum store_error::kind;
  return e.what == fenced || e.what == corrupt || e.what == schema;
}

/// A request that is never answered keeps its asker waiting for ever.
void quit_answering_all(pointer self, const store_error& why) {
  auto& s = self->state;
  transaction rest = take_transaction(s);
  give_back(s, rest, why);
  for (auto& [id, unwritten] : s.updates)
    for (auto& waiting : unwritten.waiting)
      waiting.deliver(caf::make_error(caf::sec::request_receiver_down));
  self->quit();
}

void lose_store(pointer self, const store_error& why) {
  spdlog::error("the store is lost to this node ({}): {}; the node stops, its orders stay as they were last recorded",
                to_string(why.what), why.detail);
  self->state.config.on_store_lost(why);
  quit_answering_all(self, why);
}

void note_failure(pointer self, const char* doing, const store_error& why) {
  auto& s = self->state;
  if (is_final(why))
    return lose_store(self, why);
  if (!std::exchange(s.store_is_failing, true))
    spdlog::error("{} failed ({}): {}; trying again every {} ms", doing, to_string(why.what), why.detail,
                  s.config.limits.store_retry_pause.count());
  s.pause_until = s.config.clock() + s.config.limits.store_retry_pause;
}

void note_success(state& s) {
  if (std::exchange(s.store_is_failing, false))
    spdlog::warn("the store works again");
}

/// Commits what has gathered; true when nothing of it is left.
bool commit(pointer self) {
  auto& s = self->state;
  transaction t = take_transaction(s);
  if (t.work.empty())
    return true;
  const auto began = std::chrono::steady_clock::now();
  auto result = s.config.target->commit(t.work, s.config.clock());
  if (!result) {
    give_back(s, t, result.error());
    note_failure(self, "committing a batch", result.error());
    return false;
  }
  note_success(s);
  s.config.watcher->batch_committed(
      t.work.submissions.size() + t.work.commands.size() + t.work.updates.size(),
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began));
  answer(t, *result);
  return true;
}

void keep_ticking(pointer self) {
  auto& s = self->state;
  if (!std::exchange(s.ticking, true))
    self->delayed_send(self, s.config.limits.linger, tick{});
}

bool must_pause(const state& s) { return s.config.clock() < s.pause_until; }

void flush_when_full(pointer self) {
  if (items_waiting(self->state) >= self->state.config.limits.batch_items_max && !must_pause(self->state))
    commit(self);
}

/// A message to itself stands behind all that has arrived by now: when it comes, all of that has gathered.
void flush_soon(pointer self) {
  auto& s = self->state;
  flush_when_full(self);
  if (items_waiting(s) == 0 || must_pause(s)) // then the tick will see to it
    return;
  if (!std::exchange(s.flush_queued, true))
    self->send(self, flush{});
}

caf::typed_response_promise<submitted> on_submission(pointer self, checkout::submission& asked) {
  auto promise = self->make_response_promise<submitted>();
  self->state.submissions.push_back(std::move(asked));
  self->state.submitters.push_back(promise);
  flush_soon(self);
  return promise;
}

caf::typed_response_promise<ledger_answer> on_command(pointer self, ledger_command& asked) {
  auto promise = self->make_response_promise<ledger_answer>();
  self->state.commands.push_back(std::move(asked));
  self->state.askers.push_back(promise);
  flush_soon(self);
  return promise;
}

state::pending_update& gather(state& s, saga_update& update) {
  const auto [entry, is_new] = s.updates.try_emplace(update.after.id);
  state::pending_update& pending = entry->second;
  if (is_new) {
    pending.update = std::move(update);
    return pending;
  }
  pending.update.after = std::move(update.after);
  pending.update.rests = update.rests;
  pending.update.facts.insert(pending.update.facts.end(), std::make_move_iterator(update.facts.begin()),
                              std::make_move_iterator(update.facts.end()));
  return pending;
}

caf::typed_response_promise<recorded_durably> on_update(pointer self, saga_update& update) {
  auto promise = self->make_response_promise<recorded_durably>();
  state::pending_update& pending = gather(self->state, update);
  pending.waiting.push_back(promise);
  flush_soon(self);
  return promise;
}

claimed_work on_claim(pointer self, const claim_work& asked) {
  auto& s = self->state;
  if (s.leaving || must_pause(s))
    return {};
  const auto changed = s.config.target->changed_by_others();
  if (!changed) {
    note_failure(self, "looking for what others changed", changed.error());
    return {};
  }
  if (!*changed && !asked.sweep)
    return {};
  auto found = s.config.target->claim(asked.count_max, asked.due);
  if (!found) {
    note_failure(self, "looking for waiting orders", found.error());
    return {};
  }
  return {std::move(*found)};
}

loaded_saga on_load(pointer self, const load_saga& asked) {
  auto& s = self->state;
  // What it loads must not be older than what it was told.
  if (must_pause(s) || !commit(self))
    return {};
  auto found = s.config.target->load(asked.id);
  if (found)
    return {.known = true, .found = std::move(*found)};
  note_failure(self, "reading an order", found.error());
  return {};
}

void on_tick(pointer self) {
  auto& s = self->state;
  s.ticking = false;
  const moment now = s.config.clock();
  if (now >= s.pause_until && !commit(self))
    return keep_ticking(self);
  if (now >= s.last_beat + s.config.limits.beat_every) {
    s.last_beat = now;
    if (const auto beat = s.config.target->beat(now, false); !beat)
      note_failure(self, "giving a sign of life", beat.error());
  }
  keep_ticking(self);
}

left_store on_leave(pointer self) {
  auto& s = self->state;
  s.leaving = true;
  if (!commit(self))
    spdlog::error("leaving the store with {} records unwritten; those orders go on from their last durable state",
                  s.updates.size());
  if (const auto beat = s.config.target->beat(s.config.clock(), true); !beat)
    spdlog::error("giving the store's lease back failed: {}; it ends with the process", beat.error().detail);
  self->quit();
  return {};
}

} // namespace

store_gateway_actor::behavior_type store_gateway(pointer self, store_gateway_config config) {
  die_telling_why(self);
  self->state.config = std::move(config);
  keep_ticking(self);
  return {
      [=](checkout::submission& asked) { return on_submission(self, asked); },
      [=](ledger_command& asked) { return on_command(self, asked); },
      [=](saga_update& update) { return on_update(self, update); },
      [=](record_behind& r) {
        gather(self->state, r.update);
        flush_when_full(self);
      },
      [=](dead_letter& letter) {
        self->state.dead_letters.push_back(std::move(letter));
        flush_soon(self);
      },
      [=](const claim_work& asked) { return on_claim(self, asked); },
      [=](const load_saga& asked) { return on_load(self, asked); },
      [=](leave_store) { return on_leave(self); },
      [=](flush) {
        self->state.flush_queued = false;
        if (!must_pause(self->state))
          commit(self);
      },
      [=](tick) { on_tick(self); },
  };
}

} // namespace sagad::actors

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/messages.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad {

/// Something that happened to a saga, with its time and the randomness that it may use.
struct event {
  enum class kind : std::uint8_t {
    taken_up, // somebody drives it from now on: for the first time, or after a crash or a rest
    replied,  // a participant answered
    woken,    // its wake-up time has come
    cancel,   // an operator or the customer wants it undone
    hold,     // an operator wants it to stand still
    resume    // an operator wants it to go on
  } what = kind::taken_up;
  moment at{};
  /// In [0, 1): for jitter.
  double chance = 0.0;
  /// For `replied`.
  reply answer{};
  /// For `cancel`, `hold`, `resume`: why.
  std::string reason{};
};

/// What an event meant to a saga. Anything but `moved` changed nothing.
enum class verdict : std::uint8_t {
  moved,
  late,       // an answer to an attempt that was given up
  repeated,   // an answer, or a wish, that was already dealt with
  impossible, // an answer to what was never asked
  too_late,   // a wish that cannot be granted any more
  early       // a wake-up before its time
};
std::string_view to_string(verdict v);

/// What one event changed and what it caused. Effects are data: somebody else carries them out.
struct transition {
  verdict what = verdict::moved;
  saga after;
  /// To send; its payload is built from the saga's input by `command_for`.
  bool sends = false;
  /// What happened, in order, to be recorded with `after`.
  std::vector<fact> facts{};
  /// True when `after` must be durable before anything is sent or told: a turning point, the pivot, the end.
  /// Otherwise it may be recorded behind, but never behind the effect of what is sent: in the same transaction at
  /// the latest. (A crash that forgot a question whose effect is durable, and then a cancel: the effect would be
  /// left over.) A restarted saga re-asks and gets the recorded replies.
  bool commit_first = false;
};

/// A saga that has just been accepted, with its first fact.
saga begin(const definition& def, saga_id id, order_id order, moment at);

/// Decides what an event means to a saga. Pure and total: every event in every state has an answer; nothing
/// throws. `def` must be the definition that `now` was begun with (`fits`).
///
///     running ──(steps in order)──> pivot ──> completed
///        │ refused, given up, cancelled │ (never back from here)
///        v                              v
///     compensating ──(undo in reverse)──> rolled_back
///        │ an undo is exhausted         │ retries after the pivot are exhausted
///        └──────────> held <────────────┘     resume: exactly where it stopped
///
/// After a timeout or a failure the outcome is in doubt: it pauses, probes, and asks again under the same key.
/// A pivot in doubt whose attempts are exhausted is withdrawn: its undo blocks it, or answers that it happened
/// (pattern: "Saga" by Garcia-Molina and Salem, 1987, with idempotent, tombstoned compensations).
transition advance(const definition& def, saga now, const event& happened);

/// The question that `s` is asking now; `s.wakeup_at` is its deadline. `faults` are the instructions to fail that
/// came with the order, empty where they are not honoured.
command command_for(const definition& def, const saga& s, const json& input, std::span<const fault> faults);

/// The name under which the question is known: the step's, or its undo's.
std::string_view name_of(const definition& def, const saga& s);

/// True when `s` was begun with `def`: same name, version and step names.
bool fits(const definition& def, const saga& s);

/// Puts a saga on hold without its definition, when that is not known here.
transition hold_without_definition(saga now, moment at, std::string reason);

} // namespace sagad

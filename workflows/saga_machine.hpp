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
    // The wishes of an operator or a customer. One that is granted is durable before anything follows from it.
    cancel,     // wants it undone: it did not fail, it is not wanted any more
    hold,       // wants it to stand still
    resume,     // wants it to go on where it stopped
    retry,      // wants it to ask now, not after its pause
    compensate, // wants it undone: it fails, and shall not be tried any longer
    skip        // says that what it is stuck at is settled: a do as done, an undo as undone
  } what = kind::taken_up;
  moment at{};
  /// In [0, 1): for jitter.
  double chance = 0.0;
  /// For `replied`.
  reply answer{};
  /// For a wish: who wants it, and why. Both stand in the detail of its fact, "who: why".
  std::string who{};
  std::string reason{};
  /// For `skip`, of a do: what its participant would have answered; later steps may need it.
  json value{};
};

/// True for what a person wants of a saga.
bool is_wanted_by_a_person(event::kind what);

/// What an event meant to a saga. Anything but `moved` changed nothing.
enum class verdict : std::uint8_t {
  moved,
  late,       // an answer to an attempt that was given up
  repeated,   // an answer, or a wish, that was already dealt with
  impossible, // an answer to what was never asked
  too_late,   // a wish that cannot be granted any more
  early,      // a wake-up before its time
  awaiting,   // a retry or a skip while an answer may still come
  unfit       // a wish that means nothing where the saga stands: a retry of what is held, a skip of what is not stuck
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
  /// True when `after` differs in nothing but whether it waits for an answer, and until when: the same question again,
  /// or nobody reached again. After a crash the record of before is as good, unless it says that an answer may come
  /// and none may any more. (A new order's first question stands in its first record; and thousands that wait for one
  /// participant would else keep the store busy with their patience.)
  bool only_waits = false;
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
/// What each wish means, by where the saga stands (`held` counts as what it was held from, where two say different):
///
/// | wish       | held             | running      | compensating | past the pivot | ended    |
/// | cancel     | turns round      | turns round  | repeated     | too_late       | too_late |
/// | compensate | turns round      | turns round  | repeated     | too_late       | too_late |
/// | hold       | repeated         | held         | held         | held           | too_late |
/// | resume     | asks again       | repeated     | repeated     | repeated       | too_late |
/// | retry      | unfit            | asks now     | asks now     | asks now       | too_late |
/// | skip       | settled, goes on | settled      | settled      | settled        | too_late |
///
/// Cancel makes the outcome CANCELLED, compensate what it was failing of. A retry needs a saga that pauses: while an
/// answer may come it is `awaiting`. A skip needs one that is stuck: see below.
///
/// **Skip** puts a person's word in the place of an answer: a do becomes `succeeded` with the value that the person
/// gives, an undo `undone`, and `step_record::skipped` says so for ever. What it promises is that a person has seen
/// to the effect; so it is granted only where no answer may come any more (`awaiting` until then), and only for a
/// question that is stuck. A skipped do may yet happen, or may have: it is undone like any other step when the saga
/// turns round, and its tombstone blocks it. A skipped undo blocks nothing: a do that is still under way may happen
/// after it, and that too is the person's. A pivot is no exception: a skipped pivot happened, and there is no way
/// back; a skipped withdrawal means that the pivot has not happened, and the saga turns round.
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

/// True when `s` was begun with `def`: same name, version and step names; and stands at one of them.
bool fits(const definition& def, const saga& s);

/// Puts a saga on hold without its definition, when that is not known here.
transition hold_without_definition(saga now, moment at, std::string reason);

} // namespace sagad

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/ids.hpp"
#include "workflows/messages.hpp"
#include "workflows/moment.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad {

enum class saga_state : std::uint8_t { running, compensating, held, completed, rolled_back };

/// `running`, `compensating`, `held`, `completed`, `rolled_back`.
std::string_view to_string(saga_state s);
std::optional<saga_state> saga_state_from(std::string_view text);

/// What is known of one step's effect.
enum class step_state : std::uint8_t {
  pending,   // never asked for: it cannot have happened
  asked,     // asked for, no answer yet: it may have happened
  in_doubt,  // asked for, and the answer did not come or said nothing certain: it may have happened
  succeeded, // it happened
  refused,   // it did not happen and never will: the participant remembers its refusal
  undoing,   // its undo was asked for
  undone     // it is undone, or blocked before it happened
};

/// `pending`, `asked`, `in-doubt`, `succeeded`, `refused`, `undoing`, `undone`.
std::string_view to_string(step_state s);
std::optional<step_state> step_state_from(std::string_view text);

/// One step of a running saga. Carries its name, so that it can be read without the definition.
struct step_record {
  std::string name;
  step_state state = step_state::pending;
  /// How often the do was sent.
  int attempts = 0;
  std::optional<moment> started_at{};
  std::optional<moment> ended_at{};
  /// Why it did not simply succeed; empty otherwise.
  std::string code{};
  /// What the participant answered; null when nothing. Of a skipped do: what the operator said instead.
  json result{};
  /// Set when an operator settled the step without its participant: `perform` was taken as done, `undo` as undone.
  std::optional<action> skipped{};

  friend bool operator==(const step_record&, const step_record&) = default;
};

/// True where a person's word stands in for the participant's: its effect may be in force or not, whatever `state`
/// says. A skipped do that was undone by its participant later is certain again.
bool is_on_a_persons_word(const step_record& step);

/// Why a saga is held.
enum class hold_cause : std::uint8_t {
  by_person,         // an operator wants it to stand still
  undo_exhausted,    // an undo did not succeed within its attempts
  retries_exhausted, // nor did a step after the pivot
  refused,           // a step after the pivot was refused
  pivot_in_doubt,    // nobody knows whether the pivot happened, and it cannot be withdrawn
  unknown_definition // the node does not know the saga's definition, or not this version of it
};

/// `by-person`, `undo-exhausted`, `retries-exhausted`, `refused`, `pivot-in-doubt`, `unknown-definition`: as persisted.
std::string_view to_string(hold_cause c);
std::optional<hold_cause> hold_cause_from(std::string_view text);

/// What is wrong with the question that a saga asks now; a new question begins without any.
struct trouble {
  /// Of the last answer, or why none came; empty while all is well.
  std::string code{};
  /// The participant's own words.
  std::string detail{};
  /// When it began; set together with `code`.
  std::optional<moment> since{};

  friend bool operator==(const trouble&, const trouble&) = default;
};

/// Where a saga stands. A value: copy it, compare it, store it.
struct saga {
  saga_id id;
  order_id order;
  std::string definition;
  int version = 0;

  saga_state state = saga_state::running;
  /// Empty until it is decided.
  std::string outcome;
  std::vector<step_record> steps;

  /// The step it works on, and what it asks of that step's participant.
  std::size_t at = 0;
  action asking = action::perform;
  /// Which attempt it is; rises over the whole of the step, resumptions included.
  int attempt = 1;
  /// How many attempts were made before the last resumption: they no longer count against the policy.
  int attempts_forgiven = 0;
  /// When it began to ask this; total timeouts count from here.
  moment asking_since{};
  /// True while an answer to `attempt` may still come; false while it pauses before the next question.
  bool awaiting_reply = false;
  /// When to look at it again if nothing happens; none when it waits for nobody (held, ended).
  std::optional<moment> wakeup_at;

  /// While held: what it was doing, and goes on with.
  saga_state held_from = saga_state::running;
  /// Set while held; none in what an older version held.
  std::optional<hold_cause> held_because{};
  /// The last thing that went wrong, for people. Stays when all is well again.
  std::string last_error;
  trouble wrong{};
  /// The W3C trace context that its order came with; goes with its commands. Empty: none.
  std::string traceparent{};
  /// How many facts it has had; rises by one with each.
  std::uint64_t sequence = 0;
  moment created_at{};
  moment updated_at{};

  friend bool operator==(const saga&, const saga&) = default;
};

/// True once nothing will happen to it any more.
inline bool has_ended(const saga& s) { return s.state == saga_state::completed || s.state == saga_state::rolled_back; }

/// The result that the step's participant answered; null when there is none.
const json& result_of(const saga& s, std::string_view step);

/// Something that happened to an order, for its history and for whoever listens.
struct fact {
  order_id order;
  saga_id saga;
  /// Rises by one per saga.
  std::uint64_t sequence = 0;
  moment at{};
  /// `order.accepted`, `order.step.charge-payment.succeeded`, ...
  std::string type;
  int attempt = 0;
  std::string code{};
  std::string detail{};

  friend bool operator==(const fact&, const fact&) = default;
};

} // namespace sagad

#include "workflows/saga.hpp"

namespace sagad {

std::string_view to_string(saga_state s) {
  switch (s) {
  case saga_state::running:
    return "running";
  case saga_state::compensating:
    return "compensating";
  case saga_state::held:
    return "held";
  case saga_state::completed:
    return "completed";
  case saga_state::rolled_back:
    return "rolled_back";
  }
  return "unknown";
}

std::optional<saga_state> saga_state_from(std::string_view text) {
  using enum saga_state;
  for (const saga_state s : {running, compensating, held, completed, rolled_back})
    if (to_string(s) == text)
      return s;
  return std::nullopt;
}

std::string_view to_string(step_state s) {
  switch (s) {
  case step_state::pending:
    return "pending";
  case step_state::asked:
    return "asked";
  case step_state::in_doubt:
    return "in-doubt";
  case step_state::succeeded:
    return "succeeded";
  case step_state::refused:
    return "refused";
  case step_state::undoing:
    return "undoing";
  case step_state::undone:
    return "undone";
  }
  return "unknown";
}

std::optional<step_state> step_state_from(std::string_view text) {
  using enum step_state;
  for (const step_state s : {pending, asked, in_doubt, succeeded, refused, undoing, undone})
    if (to_string(s) == text)
      return s;
  return std::nullopt;
}

bool is_on_a_persons_word(const step_record& step) {
  return (step.state == step_state::succeeded && step.skipped == action::perform) ||
         (step.state == step_state::undone && step.skipped == action::undo);
}

std::string_view to_string(hold_cause c) {
  switch (c) {
  case hold_cause::by_person:
    return "by-person";
  case hold_cause::undo_exhausted:
    return "undo-exhausted";
  case hold_cause::retries_exhausted:
    return "retries-exhausted";
  case hold_cause::refused:
    return "refused";
  case hold_cause::pivot_in_doubt:
    return "pivot-in-doubt";
  case hold_cause::unknown_definition:
    return "unknown-definition";
  }
  return "unknown";
}

std::optional<hold_cause> hold_cause_from(std::string_view text) {
  using enum hold_cause;
  for (const hold_cause c : {by_person, undo_exhausted, retries_exhausted, refused, pivot_in_doubt, unknown_definition})
    if (to_string(c) == text)
      return c;
  return std::nullopt;
}

const json& result_of(const saga& s, std::string_view step) {
  static const json nothing;
  for (const step_record& record : s.steps)
    if (record.name == step)
      return record.result;
  return nothing;
}

} // namespace sagad

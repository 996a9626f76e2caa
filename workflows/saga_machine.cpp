#include "workflows/saga_machine.hpp"

#include <algorithm>
#include <utility>

namespace sagad {

std::string_view to_string(verdict v) {
  switch (v) {
  case verdict::moved:
    return "moved";
  case verdict::late:
    return "late";
  case verdict::repeated:
    return "repeated";
  case verdict::impossible:
    return "impossible";
  case verdict::too_late:
    return "too-late";
  case verdict::early:
    return "early";
  case verdict::awaiting:
    return "awaiting";
  case verdict::unfit:
    return "unfit";
  }
  return "unknown";
}

bool is_wanted_by_a_person(event::kind what) {
  switch (what) {
  case event::kind::taken_up:
  case event::kind::replied:
  case event::kind::woken:
    return false;
  case event::kind::cancel:
  case event::kind::hold:
  case event::kind::resume:
  case event::kind::retry:
  case event::kind::compensate:
  case event::kind::skip:
    return true;
  }
  return false;
}

saga begin(const definition& def, saga_id id, order_id order, moment at) {
  saga s;
  s.id = std::move(id);
  s.order = std::move(order);
  s.definition = def.name;
  s.version = def.version;
  s.steps.reserve(def.steps.size());
  for (const saga_step& step : def.steps)
    s.steps.push_back({.name = std::string{step.name}});
  s.sequence = 1; // order.accepted
  s.asking_since = at;
  s.wakeup_at = at;
  s.created_at = at;
  s.updated_at = at;
  return s;
}

std::string_view name_of(const definition& def, const saga& s) {
  const saga_step& step = def.steps[s.at];
  return s.asking == action::undo ? step.undo.name : step.name;
}

command command_for(const definition& def, const saga& s, const json& input, std::span<const fault> faults) {
  const saga_step& step = def.steps[s.at];
  return {.saga = s.id,
          .order = s.order,
          .participant = std::string{step.participant},
          .step = std::string{step.name},
          .what = s.asking,
          .idempotency_key = idempotency_key(s.id, step.name),
          .attempt = s.attempt,
          .deadline = s.wakeup_at.value_or(s.updated_at),
          .payload = step.request(input, s),
          .injected = fault_that_hits(faults, name_of(def, s), s.attempt)};
}

bool fits(const definition& def, const saga& s) {
  return s.definition == def.name && s.version == def.version && s.at < s.steps.size() &&
         std::equal(s.steps.begin(), s.steps.end(), def.steps.begin(), def.steps.end(),
                    [](const step_record& record, const saga_step& step) { return record.name == step.name; });
}

transition hold_without_definition(saga now, moment at, std::string reason) {
  transition t;
  t.after = std::move(now);
  saga& s = t.after;
  if (has_ended(s) || s.state == saga_state::held) {
    t.what = verdict::repeated;
    return t;
  }
  s.held_from = s.state;
  s.state = saga_state::held;
  s.held_because = hold_cause::unknown_definition;
  s.wakeup_at.reset();
  s.last_error = reason;
  s.updated_at = at;
  t.commit_first = true;
  t.facts.push_back({.order = s.order,
                     .saga = s.id,
                     .sequence = ++s.sequence,
                     .at = at,
                     .type = "order.held",
                     .detail = std::move(reason)});
  return t;
}

} // namespace sagad

#include "workflows/operations/at_risk.hpp"

#include "workflows/saga_machine.hpp"

namespace sagad::operations {

namespace {

bool goes_back(const saga& s) {
  return s.state == saga_state::compensating || s.steps[s.at].state == step_state::undoing;
}

} // namespace

bool is_at_risk(const saga& s, const saga_catalog& definitions, moment now) {
  const bool is_moving = s.state == saga_state::running || s.state == saga_state::compensating;
  const definition* known = definitions.find(s.definition, s.version);
  if (!is_moving || known == nullptr || !fits(*known, s) || s.at >= s.steps.size())
    return false;
  const saga_step& step = known->steps[s.at];
  const retry_policy& policy = goes_back(s) ? step.undo.retry : step.retry;
  const bool has_deadline = policy.total_timeout > milliseconds{0};
  if (has_deadline && now - s.asking_since > policy.total_timeout / 2)
    return true;
  const int used = s.attempt - s.attempts_forgiven;
  return !s.wrong.code.empty() && used > policy.attempts_max / 2;
}

} // namespace sagad::operations

#include "workflows/saga_catalog.hpp"

#include <algorithm>

namespace sagad {

namespace {

void apply(const step_settings& set, milliseconds& reply_timeout, retry_policy& retry) {
  reply_timeout = set.reply_timeout.value_or(reply_timeout);
  retry.attempts_max = set.attempts.value_or(retry.attempts_max);
  retry.backoff_initial = set.backoff_initial.value_or(retry.backoff_initial);
  // A longer first pause lifts the cap, unless the cap was set too.
  retry.backoff_max = set.backoff_max.value_or(std::max(retry.backoff_max, retry.backoff_initial));
  retry.total_timeout = set.total_timeout.value_or(retry.total_timeout);
}

void add_participants(const definition& def, std::vector<std::string>& names) {
  for (const saga_step& step : def.steps)
    if (std::find(names.begin(), names.end(), step.participant) == names.end())
      names.emplace_back(step.participant);
}

} // namespace

std::vector<std::string> participants_of(const definition& def) {
  std::vector<std::string> names;
  add_participants(def, names);
  return names;
}

tl::expected<void, std::string> saga_catalog::add(const definition& def, const settings_by_step& settings) {
  tuned entry{.steps = {def.steps.begin(), def.steps.end()}, .def = def};
  for (saga_step& step : entry.steps) {
    if (const auto set = settings.find(step.name); set != settings.end())
      apply(set->second, step.reply_timeout, step.retry);
    if (const auto set = settings.find(step.undo.name); step.has_undo() && set != settings.end())
      apply(set->second, step.undo.reply_timeout, step.undo.retry);
    if (!detail::is_sound(step))
      return tl::unexpected("the settings of step " + std::string{step.name} +
                            (step.has_undo() ? " or " + std::string{step.undo.name} : "") +
                            " make no sense: timeouts and attempts must be positive, backoff_max not below "
                            "backoff_initial");
  }
  definitions_.push_back(std::move(entry));
  definitions_.back().def.steps = definitions_.back().steps;
  return {};
}

const definition* saga_catalog::find(std::string_view name, int version) const {
  for (const tuned& entry : definitions_)
    if (entry.def.name == name && entry.def.version == version)
      return &entry.def;
  return nullptr;
}

std::vector<std::string> saga_catalog::participants() const {
  std::vector<std::string> names;
  for (const tuned& entry : definitions_)
    add_participants(entry.def, names);
  return names;
}

bool saga_catalog::knows_step(std::string_view name) const {
  return std::any_of(definitions_.begin(), definitions_.end(), [&](const tuned& entry) {
    return std::any_of(entry.steps.begin(), entry.steps.end(),
                       [&](const saga_step& step) { return detail::has_name(step, name); });
  });
}

} // namespace sagad

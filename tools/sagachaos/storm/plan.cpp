#include "tools/sagachaos/storm/plan.hpp"

#include <algorithm>

namespace sagad::chaos::storm {

storm_plan::storm_plan(const scenario& s, std::uint64_t seed, bool endless)
    : scenario_(s), chance_(seed), endless_(endless) {}

std::optional<planned_fault> storm_plan::next() {
  for (;;) {
    const storm_phase& phase = scenario_.phases[phase_];
    // A fault of no time at all would let an endless plan stand still.
    now_ += std::max(chance_.within(phase.quiet), milliseconds{1});
    if (!phase_is_over()) {
      const fault_rule& rule = draw_rule(phase);
      ++faults_of_phase_;
      return planned_fault{.at = now_,
                           .phase = phase.name,
                           .rule = rule,
                           .which = static_cast<std::size_t>(chance_.below(count_of(rule.whom))),
                           .lasts = chance_.within(rule.lasts)};
    }
    const bool last = phase_ + 1 == scenario_.phases.size();
    if (last && !endless_)
      return std::nullopt;
    now_ = phase_began_ += phase_length();
    faults_of_phase_ = 0;
    phase_ = last ? 0 : phase_ + 1;
  }
}

bool storm_plan::phase_is_over() const {
  const storm_phase& phase = scenario_.phases[phase_];
  return phase.lasts ? now_ >= phase_began_ + *phase.lasts : faults_of_phase_ >= *phase.faults_max;
}

/// Of a phase that counts its faults: as long as it was so far.
milliseconds storm_plan::phase_length() const { return scenario_.phases[phase_].lasts.value_or(now_ - phase_began_); }

const fault_rule& storm_plan::draw_rule(const storm_phase& phase) {
  std::uint64_t sum = 0;
  for (const fault_rule& rule : phase.faults)
    sum += static_cast<std::uint64_t>(rule.weight);
  std::uint64_t drawn = chance_.below(sum);
  for (const fault_rule& rule : phase.faults) {
    const auto weight = static_cast<std::uint64_t>(rule.weight);
    if (drawn < weight)
      return rule;
    drawn -= weight;
  }
  return phase.faults.back();
}

std::size_t storm_plan::count_of(target whom) const {
  switch (whom) {
  case target::node:
  case target::store_link: // the participant's store is a file
    return scenario_.nodes;
  case target::broker_link:
    return scenario_.nodes + (scenario_.participant ? 1 : 0);
  case target::broker:
    return scenario_.brokers;
  case target::participant:
  case target::database:
  case target::disk:
    return 1;
  }
  return 1;
}

} // namespace sagad::chaos::storm

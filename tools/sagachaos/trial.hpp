#pragma once

#include <span>
#include <vector>

#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/scenario.hpp"
#include "tools/sagachaos/schedule.hpp"
#include "tools/sagachaos/subject.hpp"

namespace sagad::chaos {

/// What came of one run.
struct trial_result {
  std::vector<broken_promise> broken;
  /// All points that were reached, in order.
  std::vector<point> points;
  /// Step by step, where that was asked for.
  std::vector<step_line> lines;
  /// How long it took, on its own clock.
  milliseconds lasted{0};
};

/// One run: the whole engine with its stores and its broker in memory, on virtual time; the faults strike as planned;
/// who dies is started again; customers insist; then all calms, what a fault left held is resumed, what is late
/// arrives, and every promise is checked. The same arguments, the same run. Independent of all other runs, so that
/// several threads may make runs at a time.
trial_result run_trial(const subject& of, const scenario& tells, std::span<const planned_fault> faults,
                       std::uint64_t seed, bool told = false);

} // namespace sagad::chaos

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "tools/sagachaos/storm/scenario.hpp"

namespace sagad::chaos::storm {

/// What a seed makes of chance: the same numbers with every compiler and library. A value.
class chance {
public:
  explicit chance(std::uint64_t seed) : random_(seed) {}

  /// From 0 to `count` - 1; `count` > 0.
  std::uint64_t below(std::uint64_t count) { return random_() % count; }
  bool percent(int share) { return static_cast<int>(below(100)) < share; }
  milliseconds within(const span_of_time& span) {
    return span.from + milliseconds{below(static_cast<std::uint64_t>((span.to - span.from).count()) + 1)};
  }

private:
  std::mt19937_64 random_;
};

/// One fault that will happen.
struct planned_fault {
  /// From the storm's beginning.
  milliseconds at{0};
  std::string phase;
  fault_rule rule;
  /// Which of those that it can be done to, from 0.
  std::size_t which = 0;
  milliseconds lasts{0};

  friend bool operator==(const planned_fault&, const planned_fault&) = default;
};

/// Everything that will befall the cluster, decided by scenario and seed alone: what really happens changes nothing of
/// it, so a storm can be repeated. Pure.
class storm_plan {
public:
  /// `endless`: after the last phase comes the first again.
  storm_plan(const scenario& s, std::uint64_t seed, bool endless);

  /// The next fault; none after the last phase.
  std::optional<planned_fault> next();
  /// When the last phase ends, as far as it is known.
  milliseconds end() const { return phase_began_ + phase_length(); }

private:
  const fault_rule& draw_rule(const storm_phase& phase);
  std::size_t count_of(target whom) const;
  bool phase_is_over() const;
  milliseconds phase_length() const;

  const scenario& scenario_;
  chance chance_;
  bool endless_;
  std::size_t phase_ = 0;
  milliseconds phase_began_{0};
  std::size_t faults_of_phase_ = 0;
  milliseconds now_{0};
};

} // namespace sagad::chaos::storm

#pragma once

#include <algorithm>
#include <limits>

#include "workflows/moment.hpp"

namespace sagad {

/// How often something is asked again, and how long to wait in between: exponential backoff with a cap and
/// jitter (Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). A value; times are
/// milliseconds.
struct retry_policy {
  int attempts_max = 1;
  milliseconds backoff_initial{200};
  double factor = 2.0;
  milliseconds backoff_max{30'000};
  /// The share of a delay that chance may take away: 0 none, 1 all of it.
  double jitter = 0.5;
  /// From the first attempt on; zero: no limit but `attempts_max`.
  milliseconds total_timeout{0};
};

inline constexpr int attempts_unlimited = std::numeric_limits<int>::max();

constexpr retry_policy up_to(int attempts_max) { return {.attempts_max = attempts_max}; }

/// For what must succeed in the end: a day of patience, then a person is asked.
inline constexpr retry_policy until_done{.attempts_max = attempts_unlimited, .total_timeout = std::chrono::hours{24}};

/// The pause after attempt number `attempt` (1, 2, ...). `chance` in [0, 1) is the caller's randomness.
constexpr milliseconds backoff_after(const retry_policy& policy, int attempt, double chance) {
  const auto cap = static_cast<double>(policy.backoff_max.count());
  auto delay = static_cast<double>(policy.backoff_initial.count());
  for (int i = 1; i < attempt && delay < cap; ++i)
    delay *= policy.factor;
  delay = std::min(delay, cap) * (1.0 - policy.jitter * chance);
  return milliseconds{static_cast<milliseconds::rep>(delay)};
}

/// True when another attempt may start at `next`, after `made` attempts since `since`.
constexpr bool may_retry(const retry_policy& policy, int made, moment since, moment next) {
  if (made >= policy.attempts_max)
    return false;
  return policy.total_timeout == milliseconds{0} || next < since + policy.total_timeout;
}

/// The pause before a command that reached nobody is sent again: half of what it has waited so far, so that a short
/// absence costs little and a long one few messages, from 100 ms to 5 s; `chance` takes up to a quarter away.
constexpr milliseconds pause_while_away(milliseconds waited, double chance) {
  const auto pause = static_cast<double>(std::clamp(waited / 2, milliseconds{100}, milliseconds{5'000}).count());
  return milliseconds{static_cast<milliseconds::rep>(pause * (1.0 - 0.25 * chance))};
}

} // namespace sagad

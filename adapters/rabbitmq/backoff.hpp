#pragma once

#include <algorithm>
#include <random>

#include "workflows/retry_policy.hpp"

namespace sagad::rabbitmq {

/// How long to wait before the next attempt to connect. Nodes that lost the same broker do not all come back at the
/// same moment.
class backoff {
public:
  milliseconds next() { return after(attempt_ = std::min(attempt_ + 1, at_its_longest)); }
  milliseconds longest() { return after(attempt_ = at_its_longest); }
  void reset() { attempt_ = 0; }

private:
  static constexpr int at_its_longest = 32;
  static constexpr retry_policy policy{
      .attempts_max = attempts_unlimited, .backoff_initial = milliseconds{100}, .backoff_max = milliseconds{5'000}};

  milliseconds after(int attempt) {
    return backoff_after(policy, attempt, std::uniform_real_distribution<>{0.0, 1.0}(random_));
  }

  int attempt_ = 0;
  std::minstd_rand random_{std::random_device{}()};
};

} // namespace sagad::rabbitmq

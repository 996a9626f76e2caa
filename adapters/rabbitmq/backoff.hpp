#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace sagad::rabbitmq {

/// How long to wait before the next attempt: doubled each time, up to a bound, less up to a half at random, so that
/// nodes that lost the same broker do not all come back at the same moment.
class backoff {
public:
  std::chrono::milliseconds next() {
    const auto longest = pause_;
    pause_ = std::min(pause_ * 2, pause_max);
    return std::chrono::milliseconds{
        std::uniform_int_distribution<std::chrono::milliseconds::rep>{longest.count() / 2, longest.count()}(random_)};
  }
  std::chrono::milliseconds longest() {
    pause_ = pause_max;
    return next();
  }
  void reset() { pause_ = pause_min; }

private:
  static constexpr std::chrono::milliseconds pause_min{100}, pause_max{5'000};

  std::chrono::milliseconds pause_ = pause_min;
  std::minstd_rand random_{std::random_device{}()};
};

} // namespace sagad::rabbitmq

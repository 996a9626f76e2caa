#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

#include "workflows/ports/clock.hpp"

namespace sagad::chaos {

/// What the harness does later in a run: an answer that comes late, a participant that comes back.
class agenda {
public:
  explicit agenda(clock_fn clock) : clock_(std::move(clock)) {}

  void in(milliseconds delay, std::function<void()> what) { due_.emplace(clock_() + delay, std::move(what)); }
  bool empty() const { return due_.empty(); }
  moment now() const { return clock_(); }

  /// Does what is due, and says how much that was.
  std::size_t attend() {
    std::size_t done = 0;
    for (; !due_.empty() && due_.begin()->first <= clock_(); ++done) {
      const auto what = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      what();
    }
    return done;
  }

private:
  clock_fn clock_;
  std::multimap<moment, std::function<void()>> due_;
};

} // namespace sagad::chaos

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

namespace sagad::postgres {

/// Who lives and who seems dead, judged by one observer: every node counts up a number of its own as long as it
/// lives, and a number that stands still for long enough, watched all the while, belongs to a node that is silent.
/// Clocks of different machines are never compared. Pure; knows no thread.
class life_watch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A beat comes every 500 ms: four in a row are missing.
  static constexpr std::chrono::milliseconds silence_max{2'000};
  /// Who looked away for longer, be it that the store was away or that this process stood still, has not seen silence.
  static constexpr std::chrono::milliseconds gap_max{1'000};

  struct node {
    std::uint64_t epoch = 0;
    std::int64_t beats = 0;
  };

  /// Tells the watch what stands in the store now; returns those that were silent for too long.
  std::vector<node> look(const std::vector<node>& nodes, time_point at);

private:
  struct sight {
    std::int64_t beats = 0;
    time_point since;
  };

  std::map<std::uint64_t, sight> seen_;
  time_point last_look_{};
};

} // namespace sagad::postgres

#pragma once

#include <chrono>
#include <cstddef>

namespace sagad::chaos {

/// Shows on stderr how far it is and how long it will still take. Where that is no terminal, it says only once how long
/// a round of runs will take, if that is minutes. Not thread-safe.
class progress {
public:
  progress();
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void show(std::size_t done, std::size_t total);

private:
  void draw(std::size_t done, std::size_t total, std::chrono::duration<double> left);

  using clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool shown_ = false;
  clock::time_point began_ = clock::now();
  clock::time_point shown_at_{};
  std::size_t announced_total_ = 0;
};

} // namespace sagad::chaos

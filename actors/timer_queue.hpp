#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "workflows/moment.hpp"

namespace sagad::actors {

/// Things and when they are due: a binary heap. Things due at the same time come in any order.
template <class T, class Time = moment>
class timer_queue {
public:
  void push(Time at, T thing) {
    heap_.push_back({at, std::move(thing)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  bool has_due(Time now) const { return !heap_.empty() && heap_.front().at <= now; }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// For who calls things off by passing over them: time to fill the queue anew, when so many are still wanted.
  bool is_mostly_outdated(std::size_t wanted) const { return size() > 2 * wanted + outdated_max; }

  /// Only when not empty.
  T pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    T thing = std::move(heap_.back().thing);
    heap_.pop_back();
    return thing;
  }

private:
  static constexpr std::size_t outdated_max = 1'024;

  struct entry {
    Time at;
    T thing;
  };
  static bool later(const entry& a, const entry& b) { return a.at > b.at; }

  std::vector<entry> heap_;
};

} // namespace sagad::actors

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

  /// Only when not empty.
  T pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    T thing = std::move(heap_.back().thing);
    heap_.pop_back();
    return thing;
  }

private:
  struct entry {
    Time at;
    T thing;
  };
  static bool later(const entry& a, const entry& b) { return a.at > b.at; }

  std::vector<entry> heap_;
};

} // namespace sagad::actors

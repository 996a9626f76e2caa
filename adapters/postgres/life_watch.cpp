#include "adapters/postgres/life_watch.hpp"

#include <utility>

namespace sagad::postgres {

std::vector<life_watch::node> life_watch::look(const std::vector<node>& nodes, time_point at) {
  if (at - last_look_ > gap_max)
    seen_.clear();
  last_look_ = at;
  std::map<std::uint64_t, sight> now;
  std::vector<node> silent;
  for (const node& n : nodes) {
    const auto before = seen_.find(n.epoch);
    const bool stood_still = before != seen_.end() && before->second.beats == n.beats;
    const sight s{.beats = n.beats, .since = stood_still ? before->second.since : at};
    now.emplace(n.epoch, s);
    if (at - s.since >= silence_max)
      silent.push_back(n);
  }
  seen_ = std::move(now);
  return silent;
}

} // namespace sagad::postgres

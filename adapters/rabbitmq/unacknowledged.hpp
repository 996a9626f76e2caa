#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace sagad::rabbitmq {

/// The delivery tags of one channel that the broker still counts as unacknowledged, and how to say with the fewest
/// words that they no longer are. AMQP acknowledges one tag, or all up to one.
class unacknowledged {
public:
  struct acknowledgement {
    std::uint64_t tag = 0;
    /// That one and all before it.
    bool multiple = false;

    friend bool operator==(const acknowledgement&, const acknowledgement&) = default;
  };

  void delivered(std::uint64_t tag) { outstanding_.insert(outstanding_.end(), tag); }

  /// Tags that are unknown, or were named before, are ignored: the broker would close the channel for them.
  void acknowledge(std::uint64_t tag) {
    if (outstanding_.erase(tag) > 0)
      to_say_.push_back(tag);
  }
  /// False: as above. Otherwise the caller says it, before `take`.
  bool give_back(std::uint64_t tag) { return outstanding_.erase(tag) > 0; }

  /// What is to be said now. All up to the oldest outstanding one is one word, the rest are single ones.
  std::vector<acknowledgement> take() {
    auto said = std::exchange(to_say_, {});
    std::sort(said.begin(), said.end());
    const auto together_end =
        outstanding_.empty() ? said.end() : std::lower_bound(said.begin(), said.end(), *outstanding_.begin());
    std::vector<acknowledgement> words;
    if (together_end != said.begin())
      words.push_back({.tag = *std::prev(together_end), .multiple = std::distance(said.begin(), together_end) > 1});
    for (auto tag = together_end; tag != said.end(); ++tag)
      words.push_back({.tag = *tag});
    return words;
  }

private:
  std::set<std::uint64_t> outstanding_;
  std::vector<std::uint64_t> to_say_;
};

} // namespace sagad::rabbitmq

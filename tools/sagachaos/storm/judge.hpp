#pragma once

#include <cstddef>
#include <vector>

#include "tools/sagachaos/storm/evidence.hpp"

namespace sagad::chaos::storm {

/// What was found, counted.
struct verdict {
  std::size_t sent = 0;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  std::size_t unanswered = 0;
  /// Orders that the store has, by how they ended.
  std::size_t completed = 0;
  std::size_t rolled_back = 0;
  std::size_t held = 0;
  /// Of those rolled back: their steps' patience was over before the storm.
  std::size_t given_up = 0;

  /// Accepted, and not in the store.
  std::size_t lost = 0;
  /// An effect too many, or too few, by the books.
  std::size_t doubled = 0;
  /// Neither ended nor allowed to stand still.
  std::size_t stuck = 0;
  std::vector<accusation> accusations;

  std::size_t ended() const { return completed + rolled_back; }
};

/// Holds what was promised, what the store says, what the participant remembers and what was heard against each other.
/// Pure: the same evidence, the same verdict.
verdict judge(const evidence& all);

} // namespace sagad::chaos::storm

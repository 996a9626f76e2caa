#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "workflows/saga_definition.hpp"

namespace sagad::tests {

/// A saga to explore: what it starts with, and what its participants answer when they succeed.
struct subject {
  const definition& def;
  json input = json::object();
  std::map<std::string, json, std::less<>> results{};
};

/// How many different sequences of events were tried, by how they ended.
struct tally {
  std::uint64_t completed = 0;
  std::uint64_t rolled_back = 0;
  /// Held for good: refused after the pivot, by a participant that will not change its mind.
  std::uint64_t held = 0;

  std::uint64_t sequences() const { return completed + rolled_back + held; }

  tally& operator+=(const tally& other) {
    completed += other.completed;
    rolled_back += other.rolled_back;
    held += other.held;
    return *this;
  }
};

/// Tries every sequence of events that a world can produce in which at most `oddities_max` times something else
/// happens than that a question is answered at once and well. It is odd when a question is refused or fails;
/// when a command, its answer, or both come late, twice or never; when somebody cancels, holds, compensates, retries
/// or skips; when the node crashes, to be taken up again from any state that may have been durable (see
/// `transition::commit_first`). What is late may come at any later point, and that is not counted again.
///
/// Throws with the whole story as soon as a promise is broken: each sequence must end in a bounded number of
/// events; every effect must be kept or gone at the end, none doubled, none left over, save where a person's word
/// stands in for the participant's (`is_on_a_persons_word`); an undo is asked for if
/// and only if its effect may have happened, in reverse order, never past the pivot; replaying the recorded
/// events must give the same saga; and each single transition must keep `broken_rule`.
tally explore(const subject& what, int oddities_max);

} // namespace sagad::tests

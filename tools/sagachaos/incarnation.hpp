#pragma once

#include <functional>

namespace sagad::chaos {

/// One start of a process, as its store and its connection to the broker know it.
struct incarnation {
  /// Nothing of it gets out any more, and nothing gets in.
  bool is_dead = false;
  /// Another one has taken over its lease, and it may not know yet.
  bool is_fenced = false;
  /// Its engine said that it must stop.
  bool has_given_up = false;
  /// Gives the lease to another incarnation, at once.
  std::function<void()> lose_lease{};
};

} // namespace sagad::chaos

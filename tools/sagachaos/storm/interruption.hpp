#pragma once

#include <stdexcept>

namespace sagad::chaos::storm {

/// Thrown where the storm finds that somebody wants it to end: everything unwinds, and nothing is left behind.
struct interrupted : std::runtime_error {
  interrupted() : std::runtime_error{"interrupted"} {}
};

/// While it lives, Ctrl-C and SIGTERM are only noted; the second one ends the program at once. One at a time.
class interruption {
public:
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  /// As it was before.
  ~interruption();

  /// Throws `interrupted` when somebody wanted it.
  static void check();
};

} // namespace sagad::chaos::storm

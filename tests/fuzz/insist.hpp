#pragma once

#include <cstdlib>

namespace sagad::fuzz {

/// Ends the program, and so tells the fuzzer, when a check fails.
inline void insist(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace sagad::fuzz

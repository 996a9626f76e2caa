#pragma once

#include <cstddef>
#include <string>

namespace sagad::operations {

/// Why what somebody typed was not understood.
struct text_error {
  /// Where, in bytes from 0: to point at it.
  std::size_t position = 0;
  /// A sentence that names what stands there and, where one is near, the word that was meant.
  std::string message;
};

} // namespace sagad::operations

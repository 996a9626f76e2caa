#pragma once

#include <string>

namespace sagad {

/// Why input was not taken: a code for programs, the field it is about, a sentence for people that names it.
struct refusal {
  std::string code;
  std::string field;
  std::string message;

  friend bool operator==(const refusal&, const refusal&) = default;
};

} // namespace sagad

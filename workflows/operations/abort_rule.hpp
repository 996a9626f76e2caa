#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "workflows/operations/text_error.hpp"

namespace sagad::operations {

/// When a bulk repair stops by itself: more than so many failed, or more than such a share of those that ended.
struct abort_rule {
  std::size_t failed_max = 0;
  /// `failed_max` is percent of what ended.
  bool percent = false;

  bool is_met(std::size_t failed, std::size_t ended) const;

  friend bool operator==(const abort_rule&, const abort_rule&) = default;
};

/// Reads `failed>5%` (0 to 100) or `failed>3`; spaces may stand around `>`. Nothing else; never throws.
tl::expected<abort_rule, text_error> parse_abort_rule(std::string_view text);
/// As it is read.
std::string to_string(const abort_rule& rule);

} // namespace sagad::operations

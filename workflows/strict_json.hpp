#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "workflows/refusal.hpp"

namespace sagad {

using nlohmann::json;

/// The most that a stranger may send.
struct json_bounds {
  std::size_t bytes_max = 0;
  /// How many objects and arrays may stand inside one another.
  std::size_t depth_max = 0;
};

/// Reads JSON that a stranger wrote. Refuses `TOO_LARGE` (unread), `MALFORMED_JSON` (invalid UTF-8 too),
/// `TOO_DEEP`, `OUT_OF_RANGE` (a number that no machine holds) and `DUPLICATE_FIELD`: two readers of an object
/// with a repeated key may see two different orders. Does not recurse; never throws.
///
/// An integer beyond 64 bits is read as the lowest int64 or the highest uint64: out of any range we accept, and
/// still an integer.
tl::expected<json, refusal> parse_strict_json(std::string_view text, const json_bounds& bounds);

/// A stranger's text made fit for a message and a terminal: short, and plain ASCII.
std::string printable(std::string_view text);

} // namespace sagad

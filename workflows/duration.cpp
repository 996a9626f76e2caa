#include "workflows/duration.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace sagad {

namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr milliseconds duration_max = years{10};

constexpr std::array<std::pair<std::string_view, milliseconds>, 5> units{{
    {"ms", 1ms},
    {"s", 1s},
    {"m", 1min},
    {"h", 1h},
    {"d", days{1}},
}};

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  milliseconds::rep count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || text.starts_with('-')) // -0 is none either
    return std::nullopt;
  const std::string_view name{rest, static_cast<std::size_t>(end - rest)};
  for (const auto& [unit_name, unit] : units) {
    if (name != unit_name)
      continue;
    if (count > duration_max / unit)
      return std::nullopt;
    return count * unit;
  }
  return std::nullopt;
}

} // namespace sagad

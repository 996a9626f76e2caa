#include "tools/common/duration.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace sagad::tools {

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

std::string in_two_units(milliseconds duration, milliseconds large, char large_name, milliseconds small,
                         char small_name) {
  return std::to_string(duration / large) + large_name + ' ' + std::to_string(duration % large / small) + small_name;
}

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  milliseconds::rep count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || count < 0)
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

std::string to_text(milliseconds duration) {
  if (duration < 0ms)
    return '-' + to_text(-duration);
  if (duration < 1s)
    return std::to_string(duration.count()) + "ms";
  if (duration < 1min)
    return std::to_string(duration / 1s) + '.' + std::to_string(duration % 1s / 100ms) + 's';
  if (duration < 1h)
    return in_two_units(duration, 1min, 'm', 1s, 's');
  if (duration < days{1})
    return in_two_units(duration, 1h, 'h', 1min, 'm');
  return in_two_units(duration, days{1}, 'd', 1h, 'h');
}

} // namespace sagad::tools

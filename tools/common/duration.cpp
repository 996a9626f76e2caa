#include "tools/common/duration.hpp"

namespace sagad::tools {

namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

std::string in_two_units(milliseconds duration, milliseconds large, char large_name, milliseconds small,
                         char small_name) {
  return std::to_string(duration / large) + large_name + ' ' + std::to_string(duration % large / small) + small_name;
}

} // namespace

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

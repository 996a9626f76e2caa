#include "workflows/operations/nearest_word.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sagad::operations {

namespace {

/// Longer ones are no slips of the finger.
constexpr std::size_t letters_max = 32;

std::size_t distance(std::string_view a, std::string_view b) {
  using row = std::array<std::size_t, letters_max + 1>;
  row before_last{};
  row last{};
  row now{};
  for (std::size_t j = 0; j <= b.size(); ++j)
    last.at(j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t wrong = a[i - 1] == b[j - 1] ? 0 : 1;
      now.at(j) = std::min({last.at(j) + 1, now.at(j - 1) + 1, last.at(j - 1) + wrong});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped)
        now.at(j) = std::min(now.at(j), before_last.at(j - 2) + 1);
    }
    before_last = last;
    last = now;
  }
  return last.at(b.size());
}

} // namespace

std::string_view nearest_word(std::string_view typed, std::span<const std::string_view> known) {
  std::string_view nearest;
  if (typed.empty() || typed.size() > letters_max)
    return nearest;
  std::size_t least = letters_max;
  for (const std::string_view word : known) {
    if (word.size() > letters_max)
      continue;
    const std::size_t wrong = distance(typed, word);
    const std::size_t bearable = std::max<std::size_t>(1, word.size() / 3);
    if (wrong <= bearable && wrong < least) {
      least = wrong;
      nearest = word;
    }
  }
  return nearest;
}

} // namespace sagad::operations

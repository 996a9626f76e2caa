#pragma once

#include <string>
#include <vector>

#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/subject.hpp"

namespace sagad::tests {

/// One safety taken away, by something that stands between the engine and what it relies on. No product code can do
/// this: it is what the harness must be able to find.
struct planted_bug {
  std::string name;
  /// The promise that it breaks first of all.
  chaos::promise breaks = chaos::promise::effects_happen_once;
  std::function<chaos::go_between()> plant;
};

std::vector<planted_bug> all_planted_bugs();

} // namespace sagad::tests

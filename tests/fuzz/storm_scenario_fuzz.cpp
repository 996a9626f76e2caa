// Throws arbitrary bytes at the reader of storm scenarios. What it takes must be a storm that can be planned; what it
// refuses must say so in a sentence.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "tools/sagachaos/storm/plan.hpp"
#include "tools/sagachaos/storm/scenario.hpp"

using sagad::fuzz::insist;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sagad::chaos::storm;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = parse_scenario(text);
  if (!read) {
    insist(!read.error().empty());
    return 0;
  }
  storm_plan plan{*read, 1, true};
  auto before = sagad::milliseconds{0};
  for (int i = 0; i < 20; ++i) {
    const auto fault = plan.next();
    insist(fault && fault->at > before);
    before = fault->at;
  }
  return 0;
}

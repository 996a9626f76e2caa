// Throws arbitrary bytes at the reader of the harness's schedules. What it takes must be in bounds, and must read back
// the same when it is written again; what it refuses must say so in a sentence.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "tools/sagachaos/schedule.hpp"
#include "workflows/ids.hpp"

namespace {

using namespace sagad::chaos;
using sagad::fuzz::insist;

constexpr auto good =
    R"({"sagachaos":1,"definition":"checkout","version":1,"scenario":"apart:succeeds","seed":7,"faults":[)"
    R"({"fault":"crash-before","at":"commit","number":3},{"fault":"lease-lost","at":"participant-commit","number":1},)"
    R"({"fault":"participant-away","at":"command","number":2},{"fault":"answered-late","at":"answer","number":4}]})";

void check_taken(const schedule& s) {
  insist(sagad::is_valid_id(s.definition) && sagad::is_valid_id(s.scenario) && s.version >= 1);
  insist(s.faults.size() <= schedule_faults_max);
  for (const planned_fault& f : s.faults) {
    const auto possible = harms_at(f.at.where);
    insist(f.at.number >= 1 && std::find(possible.begin(), possible.end(), f.what) != possible.end());
  }
  insist(schedule_from(to_text(s)) == s);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = schedule_from(sagad::fuzz::patched(good, data, size));
  if (read)
    check_taken(*read);
  else
    insist(read.error().ends_with('.'));
  return 0;
}

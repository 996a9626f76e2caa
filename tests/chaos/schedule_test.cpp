#include "tools/sagachaos/schedule.hpp"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace sagad::chaos;

namespace {

std::string with_faults(const std::string& faults) {
  return R"({"sagachaos":1,"definition":"checkout","version":1,"scenario":"apart:succeeds","seed":0,"faults":)" +
         faults + "}";
}

} // namespace

TEST_CASE("a schedule is read as it was written", "[schedule]") {
  schedule s{.definition = "checkout", .version = 3, .scenario = "apart:succeeds", .seed = 42};
  for (std::size_t i = 0; i < places; ++i)
    for (const harm each : harms_at(static_cast<place>(i)))
      if (s.faults.size() < schedule_faults_max)
        s.faults.push_back(
            {.what = each, .at = {.where = static_cast<place>(i), .number = 7 + static_cast<int>(s.faults.size())}});
  CHECK(schedule_from(to_text(s)) == s);
}

TEST_CASE("a schedule from a hostile file is refused with a sentence that names the field", "[schedule]") {
  const std::vector<std::pair<std::string, std::string>> refused{
      {"", "The text is not valid JSON"},
      {"{", "The text is not valid JSON"},
      {"[]", "The schedule must be an object."},
      {R"({"sagachaos":1})", "definition is missing."},
      {R"({"sagachaos":2})", "sagachaos must be between 1 and 1."},
      {R"({"sagachaos":1,"sagachaos":1})", "sagachaos"},
      {R"({"sagachaos":1,"command":"rm"})", "command is not a known field."},
      {with_faults("7"), "faults must be a list."},
      {with_faults("[7]"), "faults[0] must be an object."},
      {with_faults(R"([{"fault":"answer-lost","at":"commit","number":1}])"),
       "faults[0].fault cannot befall such a point."},
      {with_faults(R"([{"fault":"boredom","at":"commit","number":1}])"), "faults[0].fault must be one of crash-"},
      {with_faults(R"([{"fault":"crash-after","at":"commit","number":0}])"), "faults[0].number"},
      {with_faults(R"([{"fault":"crash-after","at":"commit","number":99999999999}])"), "faults[0].number"},
      {with_faults(
           R"([{"fault":"crash-after","at":"commit","number":3},{"fault":"lease-lost","at":"commit","number":3}])"),
       "faults[1] strikes where another fault does"},
      {std::string(schedule_bytes_max + 1, ' '), "bytes"},
      {std::string(100, '['), "nests more than 4 levels deep."},
  };
  for (const auto& [text, sentence] : refused) {
    INFO(text.substr(0, 80));
    const auto read = schedule_from(text);
    REQUIRE_FALSE(read);
    INFO(read.error());
    CHECK(read.error().find(sentence) != std::string::npos);
  }
}

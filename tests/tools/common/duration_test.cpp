#include "tools/common/duration.hpp"

#include <catch2/catch.hpp>

using namespace sagad;
using namespace sagad::tools;
using namespace std::chrono_literals;

TEST_CASE("people read a duration in the two units that matter", "[duration]") {
  CHECK(to_text(0ms) == "0ms");
  CHECK(to_text(999ms) == "999ms");
  CHECK(to_text(4'250ms) == "4.2s");
  CHECK(to_text(200s) == "3m 20s");
  CHECK(to_text(5h + 90s) == "5h 1m");
  CHECK(to_text(291h) == "12d 3h");
  CHECK(to_text(-1500ms) == "-1.5s");
}

#include "tools/sagactl/watching.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/fake_office.hpp"

using namespace sagad::ctl;
using namespace sagad::ctl::testing;

namespace {

constexpr screen ten_columns{.is_terminal = true, .colour = true, .width = 10, .height = 6};

} // namespace

TEST_CASE("a picture covers the one before, wrapped lines and all", "[sagactl][watch]") {
  fixture shop;
  shop.s.on = ten_columns;
  picture canvas;
  canvas.show(shop.s, "short\na line of twenty-one.\n"); // four rows: the second line wraps twice
  shop.out.str("");
  canvas.show(shop.s, "short\n");
  CHECK(shop.out.str() == "\x1b[4A\x1b[Jshort\n");
}

TEST_CASE("what tints a line takes no room on the screen, and no more does a letter of two bytes", "[sagactl][watch]") {
  fixture shop;
  shop.s.on = ten_columns;
  picture canvas;
  canvas.show(shop.s, "\x1b[31mäöüäöüäöüä\x1b[0m\n"); // ten columns
  shop.out.str("");
  canvas.show(shop.s, "");
  CHECK(shop.out.str() == "\x1b[1A\x1b[J");
}

TEST_CASE("a picture that is higher than the screen is cut, and says so", "[sagactl][watch]") {
  fixture shop;
  shop.s.on = {.is_terminal = true, .colour = true, .width = 24, .height = 6};
  picture canvas;
  SECTION("many lines") {
    canvas.show(shop.s, "1\n2\n3\n4\n5\n6\n7\n");
    CHECK(shop.out.str() == "1\n2\n3\n4\n... and 3 more lines\n");
  }
  SECTION("few lines that wrap") {
    canvas.show(shop.s, "1\n2\n3\na line so long that it takes three rows of this screen\n");
    CHECK(shop.out.str() == "1\n2\n3\n... and 1 more lines\n");
  }
}

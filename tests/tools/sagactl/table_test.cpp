#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/table.hpp"

#include <sstream>

#include <catch2/catch.hpp>

using namespace sagad::ctl;

namespace {

std::string printed(const table& t, const screen& on = {}) {
  std::ostringstream out;
  t.print(out, on);
  return out.str();
}

constexpr screen narrow_terminal{.is_terminal = true, .colour = false, .width = 20};
constexpr screen colour_terminal{.is_terminal = true, .colour = true, .width = 80};

} // namespace

TEST_CASE("columns are aligned and lines have no trailing blanks", "[table]") {
  table t{{{"SKU"}, {"PRICE", align::right}, {"NOTE"}}};
  t.add({"a", "5", ""});
  t.add({"long-name", "12345", "scarce"});
  CHECK(printed(t) == "SKU        PRICE  NOTE\n"
                      "a              5\n"
                      "long-name  12345  scarce\n");
}

TEST_CASE("an empty table prints nothing, so that counting lines counts things", "[table]") {
  CHECK(printed(table{{{"SKU"}}}).empty());
}

TEST_CASE("a line fits the terminal: the widest column is cut", "[table]") {
  table t{{{"ID"}, {"DETAIL"}}};
  t.add({"o-1", "the quick brown fox jumps"});
  CHECK(printed(t, narrow_terminal) == "ID   DETAIL\n"
                                       "o-1  the quick brow…\n");
  CHECK(printed(t) == "ID   DETAIL\n"
                      "o-1  the quick brown fox jumps\n");
}

TEST_CASE("what names the row is cut last: people paste it", "[table]") {
  table t{{{"ID"}, {"DETAIL"}}};
  t.add({"o-1-alice-7", "the quick brown fox"});
  CHECK(printed(t, narrow_terminal) == "ID           DETAIL\n"
                                       "o-1-alice-7  the qu…\n");
  table longer{{{"ID"}, {"DETAIL"}}};
  longer.add({"o-1-alice-7-again", "the quick brown fox"});
  CHECK(printed(longer, narrow_terminal) == "ID            DETAIL\n"
                                            "o-1-alice-7…  the q…\n");
}

TEST_CASE("a cut never splits a character", "[table]") {
  table t{{{"DETAIL"}}};
  t.add({"ääääääääääääääääääääääää"});
  CHECK(printed(t, narrow_terminal) == "DETAIL\näääääääääääääääääää…\n");
}

TEST_CASE("stored text cannot drive the operator's terminal", "[table][hostile]") {
  table t{{{"DETAIL"}}};
  t.add({"\x1b[2Jgone\nnew line"});
  CHECK(printed(t) == "DETAIL\n?[2Jgone?new line\n");
}

TEST_CASE("what a terminal takes for a command, or hides, is shown as a question mark", "[table][hostile]") {
  CHECK(for_terminal("\x7f \u0085 \u009b2J") == "? ? ?2J"); // U+009B is ESC [ in one character
  CHECK(for_terminal("\u202ereversed \u2066 \u200f") == "?reversed ? ?");
  CHECK(for_terminal("\x9b"
                     "2J \xc3 \xe2\x82") == "?2J ? ??"); // bytes that some terminals take for U+009B
  CHECK(for_terminal("50 \u20ac für Ähren \u00a0\u2026") == "50 \u20ac für Ähren \u00a0\u2026");
}

TEST_CASE("colours appear on a terminal only", "[table]") {
  table t{{{"STATE"}}};
  t.add({{"held", colour::bad}});
  CHECK(printed(t) == "STATE\nheld\n");
  CHECK(printed(t, colour_terminal) == "\x1b[2mSTATE\x1b[0m\n\x1b[31mheld\x1b[0m\n");
}

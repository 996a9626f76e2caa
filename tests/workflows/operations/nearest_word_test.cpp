#include "workflows/operations/nearest_word.hpp"

#include <array>
#include <string>

#include <catch2/catch.hpp>

namespace sagad::tests {

using operations::nearest_word;

TEST_CASE("a slip of the finger is answered with the word that was meant", "[nearest]") {
  constexpr std::array<std::string_view, 5> known{"state", "step", "customer", "older-than", "at"};
  CHECK(nearest_word("stat", known) == "state");
  CHECK(nearest_word("setp", known) == "step");
  CHECK(nearest_word("custommer", known) == "customer");
  CHECK(nearest_word("older_than", known) == "older-than");
  CHECK(nearest_word("ta", known) == "at");
  CHECK(nearest_word("step", known) == "step");
}

TEST_CASE("where no word is near, none is guessed", "[nearest]") {
  constexpr std::array<std::string_view, 2> known{"state", "customer"};
  CHECK(nearest_word("", known).empty());
  CHECK(nearest_word("colour", known).empty());
  CHECK(nearest_word(std::string(10'000, 's'), known).empty());
  CHECK(nearest_word("state", {}).empty());
}

} // namespace sagad::tests

#include "workflows/operations/cause.hpp"

#include <array>

#include "tests/workflows/operations/sample_orders.hpp"

namespace sagad::tests {

using namespace operations;

TEST_CASE("words that differ from order to order fall together", "[cause]") {
  CHECK(normalised("order o-1001 refused") == "order # refused");
  CHECK(normalised("order o-77 refused") == "order # refused");
  CHECK(normalised("balance 120, needs 2,500") == "balance #, needs #");
  CHECK(normalised("at 2026-11-20T05:48:00.123Z by tx 9f8a7b6c-1d2e-4f5a-8b9c-deadbeefcafe") == "at # by tx #");
  CHECK(normalised("at 2026-11-20 05:48:00") == "at #");
  CHECK(normalised("key deadbeef") == "key #");
  CHECK(normalised("shelf 0x7ffe at -3.5") == "shelf # at #");
  CHECK(normalised("lines 1, 2, 3 are bad") == "lines # are bad");
  CHECK(normalised("lines 1, 2 are bad") == "lines # are bad");
  CHECK(normalised("waited 1500ms (limit=3s)") == "waited # (limit=#)");
}

TEST_CASE("words that are the same for all orders stay", "[cause]") {
  CHECK(normalised("the till is closed: come back tomorrow.") == "the till is closed: come back tomorrow.");
  CHECK(normalised("  much \t white\nspace ") == "much white space");
  CHECK(normalised("a facade is fed") == "a facade is fed");
  CHECK(normalised("Kasse geschlo\xc3\x9f"
                   "en") == "Kasse geschlo\xc3\x9f"
                            "en");
  CHECK(normalised("").empty());
}

TEST_CASE("names of this order are no words of its cause", "[cause]") {
  CHECK(normalised("customer alice has no card", {"alice"}) == "customer # has no card");
  CHECK(normalised("customer alicent has no card", {"alice"}) == "customer alicent has no card");
}

TEST_CASE("however long and strange the words are, what is kept of them is short and whole", "[cause]") {
  CHECK(normalised(std::string(100'000, 'x')).size() <= detail_length_max);
  CHECK(normalised(std::string(100'000, ' ')).empty());
  CHECK(normalised(std::string(100'000, '7')) == "#");
  CHECK(normalised(std::string(100'000, '!')).size() == detail_length_max);
  std::string umlauts;
  for (int i = 0; i < 1'000; ++i)
    umlauts += "\xc3\xbc";
  const std::string kept = normalised(umlauts);
  CHECK(kept.size() % 2 == 0); // no half of one
  CHECK_FALSE(kept.empty());
}

TEST_CASE("an order's cause names what it asks, whom, and what came of it", "[cause]") {
  CHECK(cause_of(view_of(unrefunded().now()), impatient_catalog()) ==
        cause{.step = "refund-payment", .participant = "payment", .code = "TILL_CLOSED", .detail = ""});
  CHECK(cause_of(view_of(uncharged().now()), impatient_catalog()) ==
        cause{.step = "charge-payment", .participant = "payment", .code = "TIMEOUT", .detail = ""});
}

TEST_CASE("an order that a person holds is told from one that fails", "[cause]") {
  saga_script held_by_hand = uncharged();
  held_by_hand.hold();
  CHECK(cause_of(view_of(held_by_hand.now()), impatient_catalog()) ==
        cause{.step = "charge-payment", .participant = "payment", .code = "HELD_BY_OPERATOR", .detail = "let me look"});
}

TEST_CASE("an order that no node can drive has its definition for a cause", "[cause]") {
  saga s = uncharged().now();
  s.version = 9;
  const saga held = hold_without_definition(s, s.updated_at, "definition checkout 9 is unknown here").after;
  CHECK(cause_of(view_of(held), impatient_catalog()) == cause{.step = "charge-payment",
                                                              .participant = "",
                                                              .code = "UNKNOWN_DEFINITION",
                                                              .detail = "definition checkout # is unknown here"});
}

TEST_CASE("an order that is well has no cause", "[cause]") {
  CHECK(cause_of(view_of(paid_checkout().now()), impatient_catalog()).code.empty());
}

TEST_CASE("a cause's key is short, and stays the same for ever", "[cause]") {
  const cause till{.step = "refund-payment", .participant = "payment", .code = "TILL_CLOSED", .detail = ""};
  CHECK(key_of(till) == "8a97bcf198");
  cause other = till;
  other.code = "";
  other.detail = "TILL_CLOSED";
  CHECK(key_of(other) != key_of(till));
}

} // namespace sagad::tests

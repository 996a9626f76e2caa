#include <catch2/catch.hpp>

#include "workflows/checkout/acceptance.hpp"

namespace sagad::tests {

TEST_CASE("ids that we give to orders sort by their time and are valid ids", "[acceptance]") {
  const moment now{milliseconds{1'793'166'480'000}};
  const auto earlier = checkout::generated_order_id(now, ~0ULL, ~0ULL);
  const auto later = checkout::generated_order_id(now + milliseconds{1}, 0, 0);
  CHECK(earlier.value == "o-01a1810d1280ffffffffffffffffffff");
  CHECK(earlier < later);
  CHECK(is_valid_id(later.value));
  CHECK(checkout::generated_order_id(now, 1, 2) != checkout::generated_order_id(now, 1, 3));
  CHECK(checkout::generated_order_id(now, 1, 2) != checkout::generated_order_id(now, 2, 2));
}

TEST_CASE("a duplicate is told from a reused id by its text, and asks for no price", "[acceptance]") {
  checkout::submission s;
  s.order = order_id{"o-1"};
  s.customer = customer_id{"alice"};
  s.lines.push_back({.item = sku{"token"}, .count = 1, .unit_price = {}});
  const std::string text = checkout::canonical_text(s);
  const auto no_price = [](const sku&) -> std::optional<checkout::money> {
    FAIL("nobody should ask");
    return {};
  };
  const auto same = checkout::decide_acceptance(s, text, text, no_price, false);
  CHECK(same.answer.accepted);
  CHECK(same.answer.duplicate);
  CHECK_FALSE(same.input);
  const auto other = checkout::decide_acceptance(s, text, "another", no_price, false);
  CHECK_FALSE(other.answer.accepted);
  CHECK(other.answer.error->code == "ORDER_ID_REUSED");
}

} // namespace sagad::tests

#include "workflows/wire/trace_context.hpp"

#include <string>

#include <catch2/catch.hpp>

using sagad::wire::is_traceparent;

TEST_CASE("a trace context is told from what only looks like one", "[wire]") {
  const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  CHECK(is_traceparent(good));
  CHECK(is_traceparent("cc" + good.substr(2)));
  CHECK_FALSE(is_traceparent(""));
  CHECK_FALSE(is_traceparent("ff" + good.substr(2)));
  CHECK_FALSE(is_traceparent(good + "-more"));
  CHECK_FALSE(is_traceparent(good.substr(1)));
  CHECK_FALSE(is_traceparent("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"));
  CHECK_FALSE(is_traceparent("00-00000000000000000000000000000000-b7ad6b7169203331-01"));
  CHECK_FALSE(is_traceparent("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"));
  for (const std::size_t dash : {2U, 35U, 52U}) {
    std::string without = good;
    without[dash] = '0';
    CHECK_FALSE(is_traceparent(without));
  }
  for (const std::size_t digit : {0U, 10U, 40U, 54U}) {
    std::string wrong = good;
    wrong[digit] = 'g';
    CHECK_FALSE(is_traceparent(wrong));
  }
}

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/workflows/ports/written_row.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ports/circuit_codec.hpp"
#include "workflows/ports/desk_rows.hpp"
#include "workflows/ports/stored_rows.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

using columns = std::vector<written_row::column>;

/// Written by nobody, and read without complaint.
columns good_saga() {
  return {"o-1",
          "running",
          "",
          "2",
          "charge-payment",
          "1793166480000",
          "1793166480000",
          "1793166480000",
          "checkout",
          "1",
          R"({"asking":"do","attempt":1,"asking_since":1793166480000,"awaiting_reply":false,"steps":[)"
          R"({"step":"charge-payment","state":"pending"}]})"};
}

columns good_operation() {
  return {"7", "retry",     "nora",          "the bank is back", "null", "5",
          "1", "failed>5%", "1793166480000", std::nullopt,       "",     ""};
}

columns with(columns row, std::size_t at, const char* instead) {
  row.at(at) = instead;
  return row;
}

} // namespace

TEST_CASE("a stored saga with a column that means nothing is told, and an audit goes on", "[stored-rows]") {
  CHECK(read_saga(written_row{good_saga()}).has_value());
  const std::vector<std::pair<std::size_t, const char*>> meaningless{
      {1, "asleep"},
      {3, "-1"},                   // sequence: was 18446744073709551615
      {5, "9223372036854775807"},  // wake-up time: overflows as soon as anything is added
      {6, "-9223372036854775808"}, // created
      {7, "253402300800000"},      // updated: the year 10000
      {9, "4294967297"},           // version: was 1
      {10, R"({"asking":"do","attempt":1,"asking_since":9223372036854775807,"awaiting_reply":false,"steps":[]})"}};
  for (const auto& [column, text] : meaningless) {
    INFO("column " << column << ": " << text);
    const written_row row{with(good_saga(), column, text)};
    const auto read = read_saga(row);
    REQUIRE_FALSE(read.has_value());
    CHECK_FALSE(read.error().detail.empty());
    CHECK_THROWS_AS(saga_in(row), failure);
  }
}

TEST_CASE("a stored saga that stands at none of its steps fits no definition", "[stored-rows]") {
  const saga begun = begin(checkout::checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, moment{});
  std::string progress;
  append_progress(progress, begun);
  const auto as_stored = with(with(good_saga(), 10, progress.c_str()), 9, std::to_string(begun.version).c_str());
  CHECK(fits(checkout::checkout_saga, saga_in(written_row{as_stored})));
  CHECK_FALSE(fits(checkout::checkout_saga, saga_in(written_row{with(as_stored, 4, "")}))); // read past the last one
}

TEST_CASE("a stored operation with a pace that means nothing is told, and never goes at any pace", "[stored-rows]") {
  const operation read = operation_in(written_row{good_operation()});
  CHECK(read.asked.pace.per_second == 5U);
  CHECK(read.asked.pace.canary == 1U);
  const std::vector<std::pair<std::size_t, const char*>> meaningless{{1, "bribe"},
                                                                     {4, "{"},
                                                                     {5, "-1"},
                                                                     {6, "-1"},
                                                                     {7, "failed"},
                                                                     {8, "9223372036854775807"},
                                                                     {9, "9223372036854775807"}};
  for (const auto& [column, text] : meaningless) {
    INFO("column " << column << ": " << text);
    CHECK_THROWS_AS(operation_in(written_row{with(good_operation(), column, text)}), failure);
  }
}

TEST_CASE("times of a node's circuits that no calendar has are left out", "[stored-rows]") {
  for (const std::string time : {"18446744073709551615", "9223372036854775808", "9223372036854775807",
                                 "-9223372036854775808", "253402300800000"}) {
    INFO(time);
    const auto read = circuits_in(R"([{"participant":"payment","state":"open","forced":"none","since":)" + time + "}]");
    REQUIRE(read.size() == 1);
    CHECK_FALSE(read[0].now.since.has_value());
  }
}

} // namespace sagad::tests

#include <limits>

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/json_lines.hpp"
#include "tests/contracts/postgres_under_test.hpp"

namespace sagad::tests {

namespace {

using postgres::array_literal;
using texts = std::vector<std::string>;

/// What the server makes of the array; `NULL` for a null.
texts understood(const array_literal& array, const std::string& type) {
  pqxx::connection on{postgres_url()};
  pqxx::nontransaction t{on};
  texts found;
  for (const pqxx::row& r : t.exec_params("SELECT unnest($1::" + type + ")", array.text()))
    found.emplace_back(r[0].is_null() ? "NULL" : r[0].c_str());
  return found;
}

texts understood(const texts& values) {
  array_literal array;
  for (const std::string& value : values)
    array.add(value);
  return understood(array, "text[]");
}

const std::string replaced = "\xEF\xBF\xBD";

} // namespace

TEST_CASE("a text arrives as it was, whatever it looks like", "[postgres][array]") {
  const texts awkward{"",    "NULL", "null",  "a,b",           "{}",           "{\"x\"}",         "say \"hi\"",
                      "\\",  "\\\"", "a\\nb", "line\nbreak\t", " spaced  ",    "'; --",           "\x01\x7f",
                      "\\x", "$1",   "%s",    "\xc3\xbc",      "\xe2\x82\xac", "\xf0\x9f\x9b\x92"};
  CHECK(understood(awkward) == awkward);
  CHECK(understood(texts{}).empty());
}

TEST_CASE("what no text can hold is replaced, and the rest of it stays", "[postgres][array]") {
  CHECK(understood(texts{std::string{"a\0b", 3}}) == texts{"a" + replaced + "b"});
  CHECK(understood(texts{"a\xff\xfe"
                         "b"}) == texts{"a" + replaced + replaced + "b"});
  CHECK(understood(texts{"\xc3"}) == texts{replaced});                               // cut off
  CHECK(understood(texts{"\xc0\xaf"}) == texts{replaced + replaced});                // overlong
  CHECK(understood(texts{"\xed\xa0\x80"}) == texts{replaced + replaced + replaced}); // a surrogate
  CHECK(understood(texts{"\xf4\x90\x80\x80"}).front().substr(0, 3) == replaced);     // beyond the last character
}

TEST_CASE("a JSON text arrives as it was, and one of several lines is not taken for two", "[postgres][array]") {
  const texts documents{R"({"say":"\"hi\"\n\u0000\\"})", "{}", "[\"\xc3\xbc\",null]", "{\"a\":\"b,c}\"}"};
  postgres::json_lines lines;
  for (const std::string& document : documents)
    lines.add(document);
  pqxx::connection on{postgres_url()};
  pqxx::nontransaction t{on};
  texts found;
  for (const pqxx::row& r : t.exec_params("SELECT unnest(string_to_array($1, chr(10)))", lines.text()))
    found.emplace_back(r[0].c_str());
  CHECK(found == documents);
  CHECK_THROWS_AS(lines.add("{\n}"), std::logic_error);
}

TEST_CASE("numbers, times, truths and nulls arrive as they were", "[postgres][array]") {
  array_literal numbers;
  numbers.add(std::numeric_limits<std::int64_t>::min());
  numbers.add(std::optional<std::uint64_t>{});
  numbers.add(moment{milliseconds{-7}});
  numbers.add(std::optional{std::numeric_limits<std::int64_t>::max()});
  CHECK(understood(numbers, "bigint[]") == texts{"-9223372036854775808", "NULL", "-7", "9223372036854775807"});
  array_literal truths;
  truths.add(true);
  truths.add(false);
  CHECK(understood(truths, "boolean[]") == texts{"t", "f"});
}

TEST_CASE("bytes arrive as they were", "[postgres][array]") {
  array_literal bytes;
  bytes.add_bytes(std::string{"\0\xff\"\\", 4});
  bytes.add_bytes("");
  CHECK(understood(bytes, "bytea[]") == texts{"\\x00ff225c", "\\x"});
}

} // namespace sagad::tests

#include "workflows/operations/query.hpp"

#include <array>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/workflows/operations/sample_orders.hpp"
#include "workflows/operations/cause.hpp"

namespace sagad::tests {

using namespace operations;

namespace {

query understood(std::string_view text) {
  INFO(text);
  auto q = parse_query(text);
  REQUIRE(q.has_value());
  return *q;
}

bool finds(std::string_view text, const order_view& order, milliseconds later = 0ms) {
  return understood(text).matches(order, impatient_catalog(), order.now.created_at + later);
}

std::string why_not(std::string_view text) {
  const auto q = parse_query(text);
  INFO(text);
  REQUIRE_FALSE(q.has_value());
  CHECK(q.error().position <= text.size());
  return std::to_string(q.error().position) + ": " + q.error().message;
}

} // namespace

TEST_CASE("a query finds orders by where they stand and what is wrong with them", "[query]") {
  const order_view held = view_of(unrefunded().now());
  CHECK(finds("state=held and step=refund-payment and code=TILL_CLOSED and customer=alice", held));
  CHECK(finds("step=charge-payment", held)); // the step that is being undone
  CHECK(finds("participant=payment and outcome=INSUFFICIENT_INVENTORY", held));
  CHECK_FALSE(finds("step=reserve-inventory", held));
  CHECK_FALSE(finds("state=held and customer=bob", held));
  CHECK_FALSE(finds("participant=inventory", held));
  CHECK_FALSE(finds("outcome=TIMEOUT", held));
  CHECK_FALSE(finds("code=TIMEOUT", held));
}

TEST_CASE("a query finds the orders of a group by its key", "[query]") {
  const order_view held = view_of(unrefunded().now());
  CHECK(finds("group=" + key_of(cause_of(held, impatient_catalog())), held));
  CHECK_FALSE(finds("group=0123456789", held));
  const order_view well = view_of(paid_checkout().now());
  CHECK_FALSE(finds("group=" + key_of(cause_of(well, impatient_catalog())), well));
}

TEST_CASE("a query finds orders by their age", "[query]") {
  const order_view order = view_of(uncharged().now());
  CHECK(finds("older-than 5m", order, 6min));
  CHECK_FALSE(finds("older-than 5m", order, 5min));
  CHECK(finds("older-than 250ms", order, 1s));
}

TEST_CASE("a value may hold anything between quotes", "[query]") {
  CHECK(understood(R"(customer="bob and carol" and code="a=\"b\\")").terms.at(0).value == "bob and carol");
  CHECK(understood(R"(customer="bob and carol" and code="a=\"b\\")").terms.at(1).value == R"(a="b\)");
  CHECK(understood("  customer=\"x\"  and   state=held ").terms.size() == 2);
}

TEST_CASE("a store is told what it can find by itself, and never too much", "[query]") {
  const moment now{std::chrono::days{20'000}};
  const order_filter f =
      understood("state=held and customer=alice and older-than 5m and older-than 1h and code=X and state=running")
          .restriction(now);
  CHECK(f.state == "held");
  CHECK(f.customer == "alice");
  CHECK(f.outcome.empty());
  CHECK(f.created_before == now - 1h);
  CHECK_FALSE(f.limit);
}

TEST_CASE("what is not understood is told with its place and the nearest word", "[query]") {
  CHECK(why_not("") == "0: the query is empty; it reads state=held and older-than 5m");
  CHECK(why_not("stat=held") == "0: 'stat' is no field; did you mean 'state'?");
  CHECK(why_not("colour=red") == "0: 'colour' is no field; there are state, outcome, step, participant, code, "
                                 "customer, group, older-than");
  CHECK(why_not("state=hled") == "6: 'hled' is no state; did you mean 'held'?");
  CHECK(why_not("state=held or step=x") == "11: 'and' must stand between two terms, not 'or'");
  CHECK(why_not("state=held and") == "14: a term is missing after 'and'");
  CHECK(why_not("state") == "5: '=' must follow 'state'");
  CHECK(why_not("state held") == "5: '=' must follow 'state'");
  CHECK(why_not("code=") == "5: a value is missing");
  CHECK(why_not("code=\"\"") == "5: a value is missing");
  CHECK(why_not("code=\"x") == "5: the quote is not closed");
  CHECK(why_not("code=\"x\"y") == "8: something follows the closing quote");
  CHECK(why_not("older-than=5m") == "10: '' is no duration like 30s, 5m, 2h or 7d");
  CHECK(why_not("older-than 5") == "11: '5' is no duration like 30s, 5m, 2h or 7d");
  CHECK(why_not("older-than 99999999999999d") == "11: '99999999999999d' is no duration like 30s, 5m, 2h or 7d");
  CHECK(why_not(std::string(5'000, ' ')) == "4096: the query is longer than 4096 bytes");
  std::string long_query = "code=x";
  for (int i = 0; i < 40; ++i)
    long_query += " and code=x";
  CHECK(why_not(long_query).ends_with("the query has more than 32 terms"));
}

TEST_CASE("no text is more than an error", "[query][random]") {
  const char* given = std::getenv("SAGAD_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  INFO("replay it with SAGAD_SEED=" << seed);
  std::mt19937_64 random{seed};
  const auto any = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random); };
  const std::array<std::string, 14> parts{"state",      "=",  "held", " ",    "and", "\"",       "\\",
                                          "older-than", "5m", "code", "\xff", "",    "customer", std::string(1, '\0')};
  int right = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = any(2) == 0 ? "state=held and " : "";
    for (std::size_t n = any(10); n > 0; --n)
      text += parts.at(any(parts.size()));
    const auto q = parse_query(text);
    right += q ? 1 : 0;
    if (!q)
      REQUIRE(q.error().position <= text.size());
  }
  CHECK(right > 0);
}

} // namespace sagad::tests

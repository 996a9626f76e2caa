#include <limits>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using numbers = std::vector<std::uint64_t>;
using verdicts = std::vector<letter_verdict>;
using enum letter_verdict;

constexpr auto token_order = R"({"order_id":"o-1","customer_id":"alice","lines":[{"sku":"token","quantity":1}]})";

void bury(shop& s, const std::string& source, const std::string& reason, const std::string& body) {
  batch work;
  work.dead_letters.push_back({.source = source, .reason = reason, .body = body, .at = s.now});
  must(s.node().commit(work, s.now));
}

numbers listed(shop& s, const letter_filter& filter) {
  numbers found;
  for (const kept_letter& k : must(s.office().list_letters(filter)))
    found.push_back(k.number);
  return found;
}

std::size_t waiting(shop& s) { return must(s.office().status(s.now)).dead_letters; }

} // namespace

TEMPLATE_TEST_CASE("a dead letter is kept byte by byte", "[letters]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  std::string every_byte;
  for (int i = 0; i < 256; ++i)
    every_byte += static_cast<char>(i);
  bury(s, "participant payment", "MALFORMED_JSON: it is 'odd' \xF0\x9F\x92\xA5", every_byte);
  bury(s, "saga.orders", "r", "");
  const auto kept = must(s.office().find_letter(1)).value();
  CHECK(kept.number == 1);
  CHECK(kept.letter.source == "participant payment");
  CHECK(kept.letter.reason == "MALFORMED_JSON: it is 'odd' \xF0\x9F\x92\xA5");
  CHECK(kept.letter.body == every_byte);
  CHECK(kept.letter.at == s.now);
  CHECK_FALSE(kept.discarded_at.has_value());
  CHECK_FALSE(kept.requeued_at.has_value());
  CHECK(must(s.office().find_letter(2)).value().letter.body.empty());
  CHECK_FALSE(must(s.office().find_letter(0)).has_value());
  CHECK_FALSE(must(s.office().find_letter(std::numeric_limits<std::uint64_t>::max())).has_value());
}

TEMPLATE_TEST_CASE("dead letters are listed newest first, by source and by a part of the reason", "[letters]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  bury(s, "saga.orders", "UNKNOWN_SKU: there is no 100% wool", "1");
  bury(s, "saga.orders", "MALFORMED_JSON: a brace", "2");
  bury(s, "participant payment", "UNKNOWN_SKU: never", "3");
  CHECK(listed(s, {}) == numbers{3, 2, 1});
  CHECK(listed(s, {.limit = 2}) == numbers{3, 2});
  CHECK(listed(s, {.limit = 0}).empty());
  CHECK(listed(s, {.source = "saga.orders"}) == numbers{2, 1});
  CHECK(listed(s, {.reason = "UNKNOWN_SKU"}) == numbers{3, 1});
  CHECK(listed(s, {.source = "saga.orders", .reason = "UNKNOWN_SKU"}) == numbers{1});
  CHECK(listed(s, {.reason = "100%"}) == numbers{1});
  CHECK(listed(s, {.reason = "0%o"}).empty()); // no pattern
  CHECK(listed(s, {.source = "saga"}).empty());
}

TEMPLATE_TEST_CASE("a discarded letter is out of sight, can be restored, and is not counted", "[letters]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  for (int i = 0; i < 3; ++i)
    bury(s, "saga.orders", "r", "b");
  CHECK(waiting(s) == 3);
  CHECK(must(s.office().discard_letters({3, 9, 1, 3}, "mia", "rubbish", s.now)) ==
        verdicts{done, not_found, done, unchanged});
  CHECK(waiting(s) == 1);
  CHECK(listed(s, {}) == numbers{2});
  CHECK(listed(s, {.with_discarded = true}) == numbers{3, 2, 1});
  CHECK(must(s.office().find_letter(3))->discarded_at == s.now);
  CHECK(must(s.office().find_letter(3))->discarded_by == "mia");
  CHECK(must(s.office().restore_letters({2, 3, 9}, "joe", "oh", s.now)) == verdicts{unchanged, done, not_found});
  CHECK(listed(s, {}) == numbers{3, 2});
  CHECK(must(s.office().find_letter(3))->discarded_by.empty());
  CHECK(must(s.office().discard_letters({}, "mia", "", s.now)).empty());
}

TEMPLATE_TEST_CASE("a node deletes what was discarded long enough ago, a bit at a time", "[letters]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  for (int i = 0; i < 4; ++i)
    bury(s, "saga.orders", "r", "b");
  must(s.office().discard_letters({1, 2, 3}, "mia", "rubbish", s.now));
  CHECK(must(s.node().purge(s.now, 10)) == 0);
  CHECK(must(s.node().purge(s.now + milliseconds{1}, 2)) == 2);
  CHECK(must(s.node().purge(s.now + milliseconds{1}, 2)) == 1);
  CHECK(must(s.node().purge(s.now + std::chrono::hours{1'000}, std::numeric_limits<std::size_t>::max())) == 0);
  CHECK(listed(s, {.with_discarded = true}) == numbers{4});
}

TEMPLATE_TEST_CASE("a submission that failed for a reason that is gone is accepted when it is requeued", "[letters]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  bury(s, "saga.orders", "STORE_UNAVAILABLE", token_order);
  const auto result = must(s.office().requeue_letter(1, "mia", "it was the disk", s.now));
  CHECK(result.what == done);
  REQUIRE(result.answer.has_value());
  CHECK(result.answer->accepted);
  CHECK(result.answer->order.value == "o-1");
  CHECK(s.claim(10, s.now) == std::vector<std::string>{"o-1"});
  const auto kept = must(s.office().find_letter(1)).value();
  CHECK(kept.discarded_at == s.now);
  CHECK(kept.discarded_by == "mia");
  CHECK(kept.requeued_at == s.now);
  CHECK(kept.requeue_result == "accepted");
  CHECK(must(s.office().operator_log(1)).at(0).verb == "deadletter requeue");
  CHECK(must(s.office().operator_log(1)).at(0).detail == "accepted");

  bury(s, "saga.orders", "STORE_UNAVAILABLE", token_order);
  CHECK(must(s.office().requeue_letter(2, "mia", "again", s.now)).answer->duplicate);
  CHECK(must(s.office().list_orders({})).size() == 1);
  CHECK(waiting(s) == 0);
}

TEMPLATE_TEST_CASE("a submission that is still refused stays a dead letter, with the new reason", "[letters]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  bury(s, "saga.orders", "UNKNOWN_SKU",
       R"({"order_id":"o-1","customer_id":"alice","lines":[{"sku":"unicorn","quantity":1}]})");
  const auto result = must(s.office().requeue_letter(1, "mia", "perhaps now", s.now));
  CHECK(result.what == done);
  CHECK_FALSE(result.answer->accepted);
  CHECK(result.answer->error->code == "UNKNOWN_SKU");
  CHECK(waiting(s) == 1);
  CHECK_THAT(must(s.office().find_letter(1))->requeue_result, Catch::StartsWith("UNKNOWN_SKU: "));
  must(s.office().set_price(sku{"unicorn"}, 1));
  CHECK(must(s.office().requeue_letter(1, "mia", "now", s.now)).answer->accepted);
  CHECK(waiting(s) == 0);
}

TEMPLATE_TEST_CASE("what cannot be submitted again is told in a sentence, and stays as it is", "[letters]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  bury(s, "participant payment", "r", token_order);
  bury(s, "saga.orders", "r", std::string{"{\0\xFF", 3});
  bury(s, "saga.orders", "r", R"({"customer_id":"alice","lines":[{"sku":"token","quantity":1}]})");
  bury(s, "saga.orders", "r", token_order);
  must(s.office().discard_letters({4}, "mia", "", s.now));
  const std::vector<std::string> why{"only a submission", "MALFORMED_JSON", "order_id", "discarded"};
  for (std::uint64_t n = 1; n <= 4; ++n) {
    const auto result = must(s.office().requeue_letter(n, "mia", "", s.now));
    CHECK(result.what == impossible);
    CHECK_FALSE(result.answer.has_value());
    CHECK_THAT(result.because, Catch::Contains(why[n - 1]));
    CHECK_FALSE(must(s.office().find_letter(n))->requeued_at.has_value());
  }
  CHECK(must(s.office().requeue_letter(5, "mia", "", s.now)).what == not_found);
  CHECK(must(s.office().list_orders({})).empty());
}

} // namespace sagad::tests

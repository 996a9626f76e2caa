#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

std::string code_of(const acceptance& a) { return a.error ? a.error->code : ""; }

std::size_t orders_in(shop& s) { return must(s.office().list_orders({})).size(); }

} // namespace

TEMPLATE_TEST_CASE("an accepted order is there, begun, with its first fact", "[acceptance]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  batch work;
  work.submissions.push_back(order_of("o-1", {line("token", 2)}));
  const auto result = must(s.node().commit(work, s.now));

  REQUIRE(result.acceptances.size() == 1);
  CHECK(result.acceptances[0].accepted);
  CHECK_FALSE(result.acceptances[0].duplicate);
  CHECK_FALSE(result.acceptances[0].unanswered);
  CHECK(result.acceptances[0].order.value == "o-1");
  REQUIRE(result.begun.size() == 1);
  CHECK(result.begun[0].now.id.value == "o-1");
  CHECK(result.begun[0].now.order.value == "o-1");
  CHECK(result.begun[0].now.definition == "checkout");
  CHECK(result.begun[0].now.created_at == s.now);
  CHECK(result.begun[0].input.at("total") == 100);

  const auto stored = must(s.node().load(saga_id{"o-1"}));
  REQUIRE(stored.has_value());
  CHECK(stored->now == result.begun[0].now);
  CHECK(stored->input == result.begun[0].input);
  const auto facts = must(s.office().history(order_id{"o-1"}, 0));
  REQUIRE(facts.size() == 1);
  CHECK(facts[0] ==
        fact{.order = order_id{"o-1"}, .saga = saga_id{"o-1"}, .sequence = 1, .at = s.now, .type = "order.accepted"});
}

TEMPLATE_TEST_CASE("the operator sees an order as it was accepted, and which node drives it", "[acceptance]", on_memory,
                   on_sqlite, on_postgres) {
  auto options = shop::usual();
  options.name = "north";
  shop s = shop_on<TestType>(options);
  s.submit(order_of("o-1", {line("token", 2)}, "bob"));
  const auto seen = s.view("o-1");
  CHECK(seen.customer.value == "bob");
  CHECK(seen.total == 100);
  CHECK(seen.owner == "north");
  CHECK(seen.now == s.standing("o-1"));
}

TEMPLATE_TEST_CASE("an order without an id gets one of its own", "[acceptance]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  const auto answers = s.submit_together({order_of("", {line("token", 1)}), order_of("", {line("token", 1)})});
  CHECK(answers[0].accepted);
  CHECK(answers[1].accepted);
  CHECK(answers[0].order != answers[1].order);
  for (const acceptance& a : answers) {
    CHECK(is_valid_id(a.order.value));
    CHECK(a.order.value.size() == 34);
    CHECK(s.standing(a.order.value).order == a.order);
  }
}

TEMPLATE_TEST_CASE("the same order again is the same order, at once, later and after a restart", "[acceptance]",
                   on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  const auto asked = order_of("o-1", {line("token", 2)});
  const auto twins = s.submit_together({asked, asked, asked});
  CHECK(twins[0].accepted);
  CHECK_FALSE(twins[0].duplicate);
  for (const acceptance& twin : {twins[1], twins[2], s.submit(asked), s.submit_at_office(asked)}) {
    CHECK(twin.accepted);
    CHECK(twin.duplicate);
  }
  s.crash();
  s.reopen();
  CHECK(s.submit(asked).duplicate);
  CHECK(orders_in(s) == 1);
  CHECK(s.history("o-1").size() == 1);
}

TEMPLATE_TEST_CASE("the same order handed in by many at once is one order", "[acceptance]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  const auto asked = order_of("o-1", {line("token", 2)});
  constexpr int submitters = 6;
  std::atomic<int> accepted{0};
  std::atomic<int> first{0};
  {
    std::vector<std::jthread> at_once;
    for (int i = 0; i < submitters; ++i)
      at_once.emplace_back([&] {
        const auto office = s.place().open_back_office();
        const auto told = office ? (*office)->submit({asked}, s.now) : tl::unexpected{office.error()};
        accepted += told && told->front().accepted ? 1 : 0;
        first += told && !told->front().duplicate ? 1 : 0;
      });
  }
  CHECK(accepted == submitters);
  CHECK(first == 1);
  CHECK(orders_in(s) == 1);
  CHECK(s.history("o-1").size() == 1);
}

TEMPLATE_TEST_CASE("an id that names another order already is refused", "[acceptance]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  const auto answers = s.submit_together({order_of("o-1", {line("token", 2)}), order_of("o-1", {line("token", 3)})});
  CHECK(answers[0].accepted);
  CHECK_FALSE(answers[1].accepted);
  CHECK(code_of(answers[1]) == "ORDER_ID_REUSED");
  CHECK(answers[1].error->field == "order_id");
  CHECK(code_of(s.submit(order_of("o-1", {line("token", 2)}, "bob"))) == "ORDER_ID_REUSED");
  CHECK(s.view("o-1").total == 100);
}

TEMPLATE_TEST_CASE("prices come from the catalogue, and what was accepted keeps its price", "[acceptance]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(code_of(s.submit(order_of("o-1", {line("token", 1), line("no-such-sku", 1)}))) == "UNKNOWN_SKU");
  CHECK(code_of(s.submit(order_of("o-2", {line("token", 1, 49)}))) == "PRICE_CHANGED");
  CHECK(code_of(s.submit(order_of("o-3", {line("token", checkout::amount_max)}))) == "TOTAL_OVERFLOW");
  CHECK(orders_in(s) == 0);

  const auto asked = order_of("o-4", {line("token", 1, 50)});
  CHECK(s.submit(asked).accepted);
  must(s.office().set_price(sku{"token"}, 70));
  CHECK(s.submit(asked).duplicate);
  CHECK(s.view("o-4").total == 50);
  CHECK(code_of(s.submit(order_of("o-5", {line("token", 1, 50)}))) == "PRICE_CHANGED");
  CHECK(s.submit(order_of("o-6", {line("token", 1)})).accepted);
  CHECK(s.view("o-6").total == 70);
}

TEMPLATE_TEST_CASE("a refused id is free again", "[acceptance]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK_FALSE(s.submit(order_of("o-1", {line("no-such-sku", 1)})).accepted);
  CHECK_FALSE(must(s.node().load(saga_id{"o-1"})).has_value());
  CHECK_FALSE(must(s.office().find_order(order_id{"o-1"})).has_value());
  CHECK(s.history("o-1").empty());
  CHECK(s.submit(order_of("o-1", {line("token", 1)})).accepted);
}

TEMPLATE_TEST_CASE("an order whose undo came before it is accepted all the same", "[acceptance]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.answer(to_undo("o-1/charge-payment", charge_of(50)));
  CHECK(s.submit(order_of("o-1", {line("token", 1)})).accepted);
  s.drive_to_end("o-1");
  CHECK(s.standing("o-1").state == saga_state::rolled_back);
  CHECK(s.balance() == 500);
}

TEMPLATE_TEST_CASE("instructions to fail are refused where they are not allowed", "[acceptance]", on_memory, on_sqlite,
                   on_postgres) {
  auto strict = shop::usual();
  strict.allow_faults = false;
  shop s = shop_on<TestType>(strict);
  const auto asked = order_with_fault("o-1", {.step = "charge-payment", .kind = fault_kind::kill});
  CHECK(code_of(s.submit(asked)) == "FAULTS_NOT_ALLOWED");
  CHECK(code_of(s.submit_at_office(asked)) == "FAULTS_NOT_ALLOWED");
  s.reopen(shop::usual());
  CHECK(s.submit_at_office(asked).accepted);
  CHECK(code_of(s.submit(order_with_fault("o-2", {.step = "no-such-step"}))) == "UNKNOWN_STEP");
}

TEMPLATE_TEST_CASE("an injected fault on acceptance leaves an order behind exactly when it says so", "[acceptance]",
                   on_memory, on_sqlite, on_postgres) {
  struct expected {
    fault_kind kind;
    bool accepted;
    bool unanswered;
    std::string code;
  };
  using enum fault_kind;
  const auto e = GENERATE(expected{kill, false, false, "HANDLER_DIED"}, expected{stall, false, true, "NO_ANSWER"},
                          expected{refuse, false, false, "NOT_TODAY"}, expected{kill_after, true, true, ""},
                          expected{lose_reply, true, true, ""}, expected{duplicate_reply, true, false, ""},
                          expected{late_reply, true, false, ""});
  INFO(to_string(e.kind));
  shop s = shop_on<TestType>();
  fault f{.step = "accept", .kind = e.kind};
  f.code = "NOT_TODAY";
  const auto asked = order_with_fault("o-1", f);
  const auto told = s.submit(asked);
  CHECK(told.accepted == e.accepted);
  CHECK(told.unanswered == e.unanswered);
  CHECK(code_of(told) == e.code);
  CHECK(must(s.node().load(saga_id{"o-1"})).has_value() == e.accepted);
  CHECK(s.submit(asked).duplicate == e.accepted);
}

} // namespace sagad::tests

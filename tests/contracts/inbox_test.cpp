#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

const std::string key = "o-1/charge-payment";

} // namespace

TEMPLATE_TEST_CASE("a command that comes again gets the same answer and changes nothing", "[inbox]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  const auto asked = to_do(key, charge_of(200));
  batch thrice;
  thrice.commands = {asked, asked, asked};
  for (const ledger_answer& a : must(s.node().commit(thrice, s.now)).answers)
    CHECK(a.outcome == reply_outcome::succeeded);
  s.crash();
  s.reopen();
  CHECK(s.answer(asked).outcome == reply_outcome::succeeded);
  CHECK(s.answer(to_probe(key, charge_of(200))).outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 300);
}

TEMPLATE_TEST_CASE("a refusal is remembered, whatever changes meanwhile", "[inbox]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  const auto asked = to_do(key, charge_of(501));
  const auto first = s.answer(asked);
  CHECK(first.outcome == reply_outcome::refused);
  CHECK(first.code == "INSUFFICIENT_FUND");
  must(s.office().credit(customer_id{"alice"}, 1'000));
  for (const auto& again : {s.answer(asked), s.answer(to_probe(key, charge_of(501)))}) {
    CHECK(again.outcome == reply_outcome::refused);
    CHECK(again.code == first.code);
    CHECK(again.detail == first.detail);
  }
  CHECK(s.answer(to_undo(key, charge_of(501))).outcome == reply_outcome::succeeded);
  CHECK(s.answer(asked).code == "INSUFFICIENT_FUND");
  CHECK(s.balance() == 1'500);
}

TEMPLATE_TEST_CASE("an answer with a result is repeated with its result", "[inbox]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  const auto asked = to_do("o-1/schedule-delivery", shipment{order_id{"o-1"}, customer_id{"alice"}});
  const auto first = s.answer(asked);
  CHECK(first.result == json{{"shipment", "o-1/schedule-delivery"}});
  s.crash();
  s.reopen();
  CHECK(s.answer(asked).result == first.result);
}

TEMPLATE_TEST_CASE("an undo that came first blocks the do that comes late", "[inbox]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(s.answer(to_undo(key, charge_of(200))).outcome == reply_outcome::succeeded);
  const auto late = s.answer(to_do(key, charge_of(200)));
  CHECK(late.outcome == reply_outcome::refused);
  CHECK(late.code == codes::undone);
  CHECK(s.answer(to_probe(key, charge_of(200))).code == codes::undone);
  CHECK(s.answer(to_undo(key, charge_of(200))).outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 500);
  CHECK(s.findings().empty());
}

TEMPLATE_TEST_CASE("an undo takes the effect back once, and a late do stays blocked", "[inbox]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  const auto [what, step] =
      GENERATE(table<effect, std::string>({{charge_of(200), "charge-payment"},
                                           {reservation{{line("token", 7)}}, "reserve-inventory"},
                                           {shipment{order_id{"o-1"}, customer_id{"alice"}}, "schedule-delivery"},
                                           {mark{}, "notify-customer"}}));
  INFO(step);
  const std::string effect_key = "o-1/" + step;
  CHECK(s.answer(to_do(effect_key, what)).outcome == reply_outcome::succeeded);
  CHECK(s.answer(to_undo(effect_key, what)).outcome == reply_outcome::succeeded);
  CHECK(s.answer(to_undo(effect_key, what)).outcome == reply_outcome::succeeded);
  CHECK(s.answer(to_do(effect_key, what)).code == codes::undone);
  CHECK(s.balance() == 500);
  CHECK(s.stock().available == 100);
  CHECK(s.stock().reserved == 0);
  CHECK(s.findings().empty());
}

TEMPLATE_TEST_CASE("a final mark stays, unless its undo came first", "[inbox]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  const mark final{.final = true};
  CHECK(s.answer(to_do("o-1/confirm-order", final)).outcome == reply_outcome::succeeded);
  const auto stands = s.answer(to_undo("o-1/confirm-order", final));
  CHECK(stands.outcome == reply_outcome::refused);
  CHECK(stands.code == codes::past_pivot);
  CHECK(s.answer(to_do("o-1/confirm-order", final)).outcome == reply_outcome::succeeded);

  CHECK(s.answer(to_undo("o-2/confirm-order", final)).outcome == reply_outcome::succeeded);
  CHECK(s.answer(to_do("o-2/confirm-order", final)).code == codes::undone);
}

TEMPLATE_TEST_CASE("a probe tells and changes nothing", "[inbox]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(s.answer(to_probe(key, charge_of(200))).outcome == reply_outcome::not_found);
  CHECK(s.answer(to_probe(key, charge_of(200))).outcome == reply_outcome::not_found);
  CHECK(s.answer(to_do(key, charge_of(200))).outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 300);
}

TEMPLATE_TEST_CASE("an injected refusal is remembered like any other", "[inbox]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  CHECK(s.answer(to_do(key, injected_refusal{"NO_WAY"})).code == "NO_WAY");
  CHECK(s.answer(to_do(key, charge_of(200))).code == "NO_WAY");
  CHECK(s.answer(to_undo(key, charge_of(200))).outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 500);
}

TEMPLATE_TEST_CASE("the undo reverses what happened, not what it was told had happened", "[inbox]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  s.answer(to_do(key, charge_of(200)));
  CHECK(s.answer(to_undo(key, charge_of(1))).outcome == reply_outcome::succeeded);
  CHECK(s.balance() == 500);
  CHECK(s.findings().empty());
}

TEMPLATE_TEST_CASE("a command that can never be carried out is refused, and its undo is not", "[inbox]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  for (const effect& hopeless :
       std::vector<effect>{charge_of(-1), charge_of(checkout::amount_max + 1), reservation{},
                           reservation{{line("token", 0)}}, reservation{{line("token", 1), line("token", -1)}}}) {
    CHECK(s.answer(to_do("o-1/any-step", hopeless)).code == codes::bad_payload);
    CHECK(s.answer(to_probe("o-1/any-step", hopeless)).outcome == reply_outcome::not_found);
  }
  CHECK(s.answer(to_undo("o-1/any-step", charge_of(-1))).outcome == reply_outcome::succeeded);
  for (const char* nonsense : {"", "o-1", "/step", "o-1/"})
    CHECK(s.answer(to_do(nonsense, charge_of(1))).code == codes::bad_payload);
  CHECK(s.balance() == 500);
}

} // namespace sagad::tests

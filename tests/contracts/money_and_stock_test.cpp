#include <limits>

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

TEMPLATE_TEST_CASE("a new customer's wallet opens with the initial credit, once", "[payment]", on_memory, on_sqlite,
                   on_postgres) {
  auto options = shop::usual();
  options.initial_credit = 120;
  shop s = shop_on<TestType>(options);
  const auto before = must(s.office().find_wallet(customer_id{"alice"}));
  CHECK_FALSE(before.opened);
  CHECK(before.balance == 120);
  CHECK(must(s.office().wallets()).empty());

  batch two_first_orders;
  two_first_orders.commands = {to_do("o-1/charge-payment", charge_of(60)), to_do("o-2/charge-payment", charge_of(60))};
  for (const ledger_answer& a : must(s.node().commit(two_first_orders, s.now)).answers)
    CHECK(a.outcome == reply_outcome::succeeded);
  const auto after = must(s.office().find_wallet(customer_id{"alice"}));
  CHECK(after.opened);
  CHECK(after.balance == 0);
  CHECK(s.answer(to_do("o-3/charge-payment", charge_of(1))).code == "INSUFFICIENT_FUND");
  CHECK(must(s.office().find_wallet(customer_id{"bob"})).balance == 120);
  CHECK(s.findings(5).empty());
}

TEMPLATE_TEST_CASE("a wallet pays exactly as often as it can", "[payment]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  batch rush;
  for (int i = 0; i < 20; ++i)
    rush.commands.push_back(to_do("o-" + std::to_string(i) + "/charge-payment", charge_of(50)));
  int paid = 0;
  for (const ledger_answer& a : must(s.node().commit(rush, s.now)).answers)
    paid += a.outcome == reply_outcome::succeeded ? 1 : 0;
  CHECK(paid == 10);
  CHECK(s.balance() == 0);
  CHECK(s.answer(to_do("o-free/charge-payment", charge_of(0))).outcome == reply_outcome::succeeded);
  CHECK(s.findings(5).empty());
}

TEMPLATE_TEST_CASE("credit opens a wallet, raises it, and never beyond what can be counted", "[payment]", on_memory,
                   on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  const customer_id bob{"bob"};
  REQUIRE(must(s.office().credit(bob, 7)).has_value());
  CHECK(s.balance("bob") == 507);
  for (const checkout::money too_much :
       {checkout::amount_max, std::numeric_limits<checkout::money>::max(), checkout::money{0}, checkout::money{-1},
        std::numeric_limits<checkout::money>::min()}) {
    INFO(too_much);
    CHECK_FALSE(must(s.office().credit(bob, too_much)).has_value());
  }
  CHECK(s.balance("bob") == 507);
  const auto all = must(s.office().wallets());
  REQUIRE(all.size() == 1);
  CHECK(all[0].customer == bob);
  CHECK(s.audit().credited == 507);
}

TEMPLATE_TEST_CASE("a reservation takes all lines or none", "[inventory]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  must(s.office().add_stock(sku{"ribbon"}, 5));
  const auto refused = s.answer(to_do("o-1/reserve-inventory", reservation{{line("token", 1), line("ribbon", 6)}}));
  CHECK(refused.outcome == reply_outcome::refused);
  CHECK(refused.code == "INSUFFICIENT_INVENTORY");
  CHECK(refused.detail == "ribbon: 5 available, 6 wanted");
  CHECK(s.stock().available == 100);

  CHECK(s.answer(to_do("o-2/reserve-inventory", reservation{{line("token", 1), line("ribbon", 5)}})).outcome ==
        reply_outcome::succeeded);
  CHECK(s.stock().available == 99);
  CHECK(s.stock("ribbon").available == 0);
  CHECK(s.stock("ribbon").reserved == 5);
  CHECK(s.answer(to_do("o-3/reserve-inventory", reservation{{line("never-heard-of", 1)}})).code ==
        "INSUFFICIENT_INVENTORY");
  CHECK(s.findings(5).empty());
}

TEMPLATE_TEST_CASE("lines of one item count together", "[inventory]", on_memory, on_sqlite, on_postgres) {
  shop s = shop_on<TestType>();
  constexpr auto half_of_everything = std::numeric_limits<checkout::quantity>::max() / 2 + 1;
  CHECK(s.answer(to_do("o-1/reserve-inventory", reservation{{line("token", 60), line("token", 41)}})).code ==
        "INSUFFICIENT_INVENTORY");
  CHECK(s.answer(to_do("o-2/reserve-inventory",
                       reservation{{line("token", half_of_everything), line("token", half_of_everything)}}))
            .code == "INSUFFICIENT_INVENTORY");
  CHECK(s.answer(to_do("o-3/reserve-inventory", reservation{{line("token", 60), line("token", 40)}})).outcome ==
        reply_outcome::succeeded);
  CHECK(s.stock().reserved == 100);
  CHECK(s.answer(to_undo("o-3/reserve-inventory", reservation{})).outcome == reply_outcome::succeeded);
  CHECK(s.stock().available == 100);
  CHECK(s.findings(5).empty());
}

TEMPLATE_TEST_CASE("stock is added, never beyond what can be counted", "[inventory]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  s.answer(to_do("o-1/reserve-inventory", reservation{{line("token", 30)}}));
  const auto level = must(s.office().add_stock(sku{"token"}, 5));
  REQUIRE(level.has_value());
  CHECK(level->available == 75);
  CHECK(level->reserved == 30);
  for (const checkout::quantity too_many : {checkout::amount_max, std::numeric_limits<checkout::quantity>::max(),
                                            checkout::quantity{0}, checkout::quantity{-1}}) {
    INFO(too_many);
    CHECK_FALSE(must(s.office().add_stock(sku{"token"}, too_many)).has_value());
    CHECK_FALSE(
        must(s.office().add_stock(sku{"nothing"}, too_many == checkout::amount_max ? 0 : too_many)).has_value());
  }
  const auto all = must(s.office().stock());
  REQUIRE(all.size() == 1);
  CHECK(all[0].available == 75);
}

TEMPLATE_TEST_CASE("the catalogue tells each item's last price, in order", "[catalog]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>();
  must(s.office().set_price(sku{"zebra"}, 3));
  must(s.office().set_price(sku{"apple"}, 0));
  must(s.office().set_price(sku{"zebra"}, 4));
  const auto all = must(s.office().catalog());
  REQUIRE(all.size() == 3);
  CHECK(all[0].item.value == "apple");
  CHECK(all[0].price == 0);
  CHECK(all[1].item.value == "token");
  CHECK(all[2].item.value == "zebra");
  CHECK(all[2].price == 4);
}

} // namespace sagad::tests

#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

node_options named(const std::string& name) {
  auto options = shop::usual();
  options.name = name;
  return options;
}

} // namespace

TEMPLATE_TEST_CASE("a node that is asked to drain hears it with its next sign of life", "[drain]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>(named("first"));
  CHECK_FALSE(must(s.node().beat({.at = s.now})).drain_wanted);
  CHECK(must(s.office().ask_to_drain("first", "mia", s.now)) == 1);
  CHECK(must(s.office().status(s.now)).nodes.at(0).drain_wanted);
  CHECK(s.hears_of_others());
  CHECK(must(s.node().beat({.at = s.now})).drain_wanted);
  CHECK(must(s.office().ask_to_drain("first", "mia", s.now)) == 1);
  CHECK(must(s.node().beat({.at = s.now, .leaving = true})).drain_wanted);
}

TEMPLATE_TEST_CASE("only the living can be asked to drain, and by their own name", "[drain]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>(named("first"));
  CHECK(must(s.office().ask_to_drain("second", "mia", s.now)) == 0);
  s.crash();
  CHECK(must(s.office().ask_to_drain("first", "mia", s.now)) == 0);
  s.reopen(named("second"));
  CHECK(must(s.office().ask_to_drain("first", "mia", s.now)) == 0);
  must(s.node().beat({.at = s.now, .leaving = true}));
  CHECK(must(s.office().ask_to_drain("second", "mia", s.now)) == 0);
}

TEMPLATE_TEST_CASE("a node that drained and starts again is not asked any more", "[drain]", on_memory, on_sqlite,
                   on_postgres) {
  shop s = shop_on<TestType>(named("first"));
  REQUIRE(must(s.office().ask_to_drain("first", "mia", s.now)) == 1);
  s.crash();
  s.reopen(named("first"));
  CHECK_FALSE(must(s.node().beat({.at = s.now})).drain_wanted);
  const auto nodes = must(s.office().status(s.now)).nodes;
  CHECK_FALSE(nodes.at(0).drain_wanted);
  CHECK(nodes.at(1).drain_wanted);
}

TEMPLATE_TEST_CASE("status tells what each node drives and plays, and how its broker stands", "[office]", on_memory,
                   on_sqlite, on_postgres) {
  auto options = named("first");
  options.plays = {"payment", "orders"};
  shop s = shop_on<TestType>(options);
  s.submit(order_of("o-1", {line("token", 1)}));
  s.submit(order_of("o-2", {line("token", 1)}));
  s.submit_at_office(order_of("o-3", {line("token", 1)}));
  must(s.node().beat({.at = s.now, .broker = "no route to host"}));
  auto nodes = must(s.office().status(s.now)).nodes;
  CHECK(nodes.at(0).drives == 2);
  CHECK(nodes.at(0).plays == options.plays);
  CHECK(nodes.at(0).broker == "no route to host");
  s.crash();
  options.plays.clear();
  s.reopen(options);
  nodes = must(s.office().status(s.now)).nodes;
  CHECK(nodes.at(0).plays.empty());
  CHECK(nodes.at(0).broker.empty());
  CHECK(nodes.at(0).drives == 0);
  CHECK(nodes.at(1).drives == 0);
}

} // namespace sagad::tests


#include <catch2/catch.hpp>

#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using kind = store_error::kind;

/// deploy/postgres/roles.sql carried out as psql would, and a user of each role.
void make_roles(const on_postgres& place) {
  for (const std::string role : {"sagad", "sagad_operator", "sagad_reader"}) {
    place.run_sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + role + "') THEN CREATE ROLE " +
                  role + " NOLOGIN; END IF; END $$");
    place.run_sql("DROP ROLE IF EXISTS a_" + role + "; CREATE ROLE a_" + role + " LOGIN IN ROLE " + role);
  }
  must(postgres::migrate(place.url()));
}

template <class T>
bool is_forbidden(const store_result<T>& result) {
  return !result && result.error().what == kind::forbidden;
}

} // namespace

TEST_CASE("a node with a node's rights does all that a node does, and changes no price", "[postgres][roles]") {
  on_postgres place;
  make_roles(place);
  const auto owner = must(place.open_back_office());
  must(owner->set_price(sku{"token"}, 50));
  must(owner->add_stock(sku{"token"}, 10));
  auto options = shop::usual();
  options.publishes = true;
  const auto url = place.url("a_sagad");
  const auto dead = must(postgres::open_node(url, options, 0));
  batch work;
  work.submissions = {order_of("o-1", {line("token", 1)}), order_of("o-2", {line("token", 1)})};
  work.commands = {to_do("o-1/charge-payment", charge_of(50)),
                   to_do("o-1/reserve-inventory", {reservation{{line("token", 1)}}}),
                   to_do("o-1/schedule-delivery", shipment{order_id{"o-1"}, customer_id{"alice"}})};
  work.dead_letters.push_back({.source = "s", .reason = "r", .body = "b", .at = {}});
  const moment now{milliseconds{1}};
  REQUIRE(must(dead.keeper->commit(work, now)).begun.size() == 2);
  const auto node = must(postgres::open_node(url, options, 0)).keeper;
  must(dead.keeper->beat({.at = now, .leaving = true}));
  CHECK(must(node->claim(10, now)).size() == 2);
  CHECK(must(node->claim_unpublished(10, now, now)).size() == 2);
  batch undo;
  undo.commands = {to_undo("o-1/charge-payment", charge_of(50)), to_undo("o-1/reserve-inventory", reservation{}),
                   to_undo("o-1/schedule-delivery", shipment{})};
  undo.updates.push_back({.after = must(node->load(saga_id{"o-1"}))->now, .facts = {}});
  undo.publications.push_back({.saga = saga_id{"o-1"}, .up_to = 1});
  for (const ledger_answer& a : must(node->commit(undo, now)).answers)
    CHECK(a.outcome == reply_outcome::succeeded);
  must(node->beat({.at = now}));
  CHECK(must(owner->audit(now)).findings.empty());

  const auto office = must(postgres::open_back_office(url));
  CHECK(is_forbidden(office->set_price(sku{"token"}, 1)));
  for (const std::string sql :
       {"DELETE FROM sagad.orders", "UPDATE sagad.orders SET total = 0", "DELETE FROM sagad.sagas",
        "UPDATE sagad.facts SET type = ''", "DELETE FROM sagad.inbox", "INSERT INTO sagad.stock VALUES ('x', 1, 0, 1)",
        "DROP TABLE sagad.orders", "UPDATE sagad.schema_version SET version = 7", "CREATE TABLE sagad.mine (x int)"}) {
    INFO(sql);
    CHECK_THROWS_WITH(run_sql(url, sql), Catch::Contains("permission denied") || Catch::Contains("must be owner"));
  }
  CHECK(is_forbidden(postgres::migrate(url)));
}

TEST_CASE("an operator with an operator's rights does all that sagactl does, and drives nothing", "[postgres][roles]") {
  on_postgres place;
  make_roles(place);
  const auto running = must(place.open_node(shop::usual()));
  const auto url = place.url("a_sagad_operator");
  const auto office = must(postgres::open_back_office(url));
  const moment now{milliseconds{1}};
  must(office->set_price(sku{"token"}, 50));
  must(office->set_price(sku{"token"}, 51));
  for (int twice = 0; twice < 2; ++twice) {
    must(office->add_stock(sku{"token"}, 10));
    must(office->credit(customer_id{"alice"}, 10));
  }
  CHECK(must(office->submit({order_of("o-1", {line("token", 1)})}, now)).front().accepted);
  CHECK(must(office->ask_to_drain("node-1")) == 1);
  CHECK(must(office->status(now)).nodes.size() == 1);
  CHECK(must(office->audit(now)).findings.empty());
  CHECK(is_forbidden(postgres::open_node(url, shop::usual(), 0)));
  for (const std::string sql :
       {"UPDATE sagad.sagas SET owner = 1", "DELETE FROM sagad.orders", "UPDATE sagad.nodes SET fenced_at = 0",
        "INSERT INTO sagad.charges VALUES ('o-1', 's', 'alice', 1, false)", "DROP TABLE sagad.orders"}) {
    INFO(sql);
    CHECK_THROWS_WITH(run_sql(url, sql), Catch::Contains("permission denied") || Catch::Contains("must be owner"));
  }
}

TEST_CASE("a reader sees everything and changes nothing", "[postgres][roles]") {
  on_postgres place;
  make_roles(place);
  const auto owner = must(place.open_back_office());
  must(owner->set_price(sku{"token"}, 50));
  const moment now{milliseconds{1}};
  must(owner->submit({order_of("o-1", {line("token", 1)})}, now));
  const auto office = must(postgres::open_back_office(place.url("a_sagad_reader")));
  CHECK(must(office->list_orders({})).size() == 1);
  CHECK(must(office->find_order(order_id{"o-1"})).has_value());
  CHECK(must(office->history(order_id{"o-1"}, 0)).size() == 1);
  CHECK(must(office->catalog()).size() == 1);
  CHECK(must(office->stock()).empty());
  CHECK(must(office->wallets()).empty());
  CHECK(must(office->status(now)).orders.size() == 1);
  CHECK(must(office->audit(now)).findings.empty());

  CHECK(is_forbidden(office->set_price(sku{"token"}, 1)));
  CHECK(is_forbidden(office->add_stock(sku{"token"}, 1)));
  CHECK(is_forbidden(office->credit(customer_id{"alice"}, 1)));
  CHECK(is_forbidden(office->submit({order_of("o-2", {line("token", 1)})}, now)));
  CHECK(is_forbidden(office->ask_to_drain("node-1")));
  CHECK(is_forbidden(postgres::open_node(place.url("a_sagad_reader"), shop::usual(), 0)));
  CHECK(must(owner->list_orders({})).size() == 1);
}

TEST_CASE("who has none of the roles is not let in", "[postgres][roles]") {
  on_postgres place;
  place.run_sql("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN");
  CHECK(is_forbidden(postgres::open_back_office(place.url("stranger"))));
  CHECK(is_forbidden(postgres::open_node(place.url("stranger"), shop::usual(), 0)));
  place.run_sql("DROP ROLE stranger");
}

} // namespace sagad::tests

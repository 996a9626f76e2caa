
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

/// With o-1 in the store.
void use_every_desk(const on_postgres& place, back_office& office, moment now) {
  must(office.plan_operation({}, {{.order = order_id{"o-1"}, .saga = saga_id{"o-1"}, .sequence = 1}}, 0, "me", now));
  CHECK(must(office.release_repairs("op-1", 1, "me", now)) == std::size_t{1});
  place.run_sql("UPDATE sagad.repairs SET state = 'applied', result = 'pending'");
  must(office.settle_repairs("op-1"));
  must(office.stop_operation("op-1", "mia", "why", now));
  must(office.resume_operation("op-1", "mia", "me", now));
  for (int twice = 0; twice < 2; ++twice) {
    must(office.set_participant_rule({.on = "payment", .who = "mia", .why = "why"}));
    must(office.set_note({.group = "g", .text = "text", .who = "mia"}));
  }
  must(office.clear_participant_rule("payment", "mia", "why", now));
  must(office.set_note({.group = "g", .text = "", .who = "mia"}));
  place.run_sql(
      "INSERT INTO sagad.dead_letters (source, reason, body, at) VALUES ('saga.orders', 'r', "
      "'{\"order_id\":\"o-2\",\"customer_id\":\"alice\",\"lines\":[{\"sku\":\"token\",\"quantity\":1}]}', 7)");
  CHECK(must(office.discard_letters({1}, "mia", "why", now)).front() == letter_verdict::done);
  CHECK(must(office.restore_letters({1}, "mia", "why", now)).front() == letter_verdict::done);
  CHECK(must(office.requeue_letter(1, "mia", "why", now)).answer->accepted);
  CHECK(must(office.operator_log({})).size() == 13);
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
  must(owner->plan_operation({}, {{.order = order_id{"o-1"}, .saga = saga_id{"o-1"}, .sequence = 1}}, 1, "me", now));
  CHECK(must(node->claim_repairs(10, now)).size() == 1);
  batch outcome;
  outcome.repair_outcomes.push_back(
      {.operation = "op-1", .saga = saga_id{"o-1"}, .state = repair_state::moved_on, .because = "b"});
  must(node->commit(outcome, now));
  CHECK(must(owner->find_operation("op-1"))->counts.moved_on == 1);
  must(owner->discard_letters({1}, "mia", "why", now));
  CHECK(must(node->purge(now + milliseconds{1}, 10)) == 1);

  const auto office = must(postgres::open_back_office(url));
  CHECK(is_forbidden(office->set_price(sku{"token"}, 1)));
  CHECK(is_forbidden(office->plan_operation({}, {}, 0, "me", now)));
  CHECK(is_forbidden(office->set_participant_rule({.on = "payment", .who = {}, .why = {}})));
  for (const std::string sql :
       {"DELETE FROM sagad.orders", "UPDATE sagad.orders SET total = 0", "DELETE FROM sagad.sagas",
        "UPDATE sagad.facts SET type = ''", "DELETE FROM sagad.inbox", "INSERT INTO sagad.stock VALUES ('x', 1, 0, 1)",
        "DROP TABLE sagad.orders", "UPDATE sagad.schema_version SET version = 7", "CREATE TABLE sagad.mine (x int)",
        "DELETE FROM sagad.repairs", "UPDATE sagad.operations SET who = ''", "DELETE FROM sagad.operators_log"}) {
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
  CHECK(must(office->ask_to_drain("node-1", "mia", moment{})) == 1);
  CHECK(must(office->status(now)).nodes.size() == 1);
  CHECK(must(office->audit(now)).findings.empty());
  use_every_desk(place, *office, now);
  CHECK(is_forbidden(postgres::open_node(url, shop::usual(), 0)));
  for (const std::string sql :
       {"UPDATE sagad.sagas SET owner = 1", "DELETE FROM sagad.orders", "UPDATE sagad.nodes SET fenced_at = 0",
        "DELETE FROM sagad.operators_log", "UPDATE sagad.operators_log SET who = ''", "DELETE FROM sagad.dead_letters",
        "UPDATE sagad.dead_letters SET body = ''", "INSERT INTO sagad.charges VALUES ('o-1', 's', 'alice', 1, false)",
        "DELETE FROM sagad.commits", "DROP TABLE sagad.orders"}) {
    INFO(sql);
    CHECK_THROWS_WITH(run_sql(url, sql), Catch::Contains("permission denied") || Catch::Contains("must be owner"));
  }
}

TEST_CASE("a right that operators had once is taken back by the next migration", "[postgres][roles]") {
  const on_postgres place;
  make_roles(place);
  place.run_sql("GRANT DELETE ON sagad.commits TO sagad_operator");
  must(postgres::migrate(place.url()));
  CHECK(place.run_sql("SELECT has_table_privilege('sagad_operator', 'sagad.commits', 'DELETE')") == "f");
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
  CHECK(must(office->list_operations({})).empty());
  CHECK(must(office->participant_rules()).empty());
  CHECK(must(office->operator_log({})).empty());
  CHECK(must(office->notes()).empty());
  CHECK(must(office->list_letters({})).empty());
  CHECK(must(office->orders_like("o", 1)).size() == 1);

  CHECK(is_forbidden(office->plan_operation({}, {}, 0, "me", now)));
  CHECK(is_forbidden(office->set_note({.group = "g", .text = "t", .who = "eve"})));
  CHECK(is_forbidden(office->discard_letters({1}, "eve", "why", now)));
  CHECK(is_forbidden(office->set_price(sku{"token"}, 1)));
  CHECK(is_forbidden(office->add_stock(sku{"token"}, 1)));
  CHECK(is_forbidden(office->credit(customer_id{"alice"}, 1)));
  CHECK(is_forbidden(office->submit({order_of("o-2", {line("token", 1)})}, now)));
  CHECK(is_forbidden(office->ask_to_drain("node-1", "mia", moment{})));
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

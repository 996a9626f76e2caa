#include "tools/sagactl/status_command.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"
#include "tools/sagactl/audit_command.hpp"
#include "tools/sagactl/shop_health.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

node_view live_node() {
  node_view n = living_node();
  n.plays.clear();
  return n;
}

std::string problems_in(const store_status& status) {
  std::string all;
  for (const std::string& problem : problems_of(status, "sqlite:shop.db", noon))
    all += problem + '\n';
  return all;
}

} // namespace

TEST_CASE("an empty store that no node has used is healthy", "[sagactl][status]") { CHECK(problems_in({}).empty()); }

TEST_CASE("a shop whose last node is gone is in trouble though no order waits", "[sagactl][status]") {
  store_status status;
  status.nodes = {live_node()};
  status.nodes[0].holds_lease = false;
  CHECK(problems_in(status) == "No node runs; start one with `sagad --store sqlite:shop.db`.\n");
}

TEST_CASE("orders that wait while no node runs are a problem", "[sagactl][status]") {
  store_status status;
  status.orders = {{"running", "", 7}, {"compensating", "TIMEOUT", 5}, {"completed", "SUCCESS", 90}};
  SECTION("never ran") {}
  SECTION("stopped in order") {
    status.nodes = {live_node()};
    status.nodes[0].stopped_at = noon - 1min;
  }
  SECTION("died") {
    status.nodes = {live_node()};
    status.nodes[0].holds_lease = false;
  }
  CHECK(problems_in(status) == "12 orders wait and no node runs; start one with `sagad --store sqlite:shop.db`.\n");
}

TEST_CASE("orders that wait for a live node are none", "[sagactl][status]") {
  store_status status;
  status.orders = {{"running", "", 7}};
  status.nodes = {live_node()};
  status.oldest_unfinished = order_on_its_way("o-1");
  CHECK(problems_in(status).empty());
}

TEST_CASE("a node that holds the store and is silent has frozen", "[sagactl][status]") {
  store_status status;
  status.nodes = {live_node()};
  status.nodes[0].last_seen_at = noon - 90s;
  CHECK(problems_in(status) == "The node node-1 holds its lease but showed no sign of life for 1m 30s; restart it.\n");
}

TEST_CASE("an order that takes longer than a minute is a problem", "[sagactl][status]") {
  store_status status;
  status.nodes = {live_node()};
  status.oldest_unfinished = order_on_its_way("o-1");
  status.oldest_unfinished->now.created_at = noon - 61s;
  CHECK(problems_in(status).starts_with("The order o-1 has not ended for 1m 1s"));
}

TEST_CASE("held orders are a problem, once", "[sagactl][status]") {
  store_status status;
  status.nodes = {live_node()};
  status.orders = {{"held", "TIMEOUT", 2}};
  status.oldest_unfinished = held(order_on_its_way("o-1"));
  status.oldest_unfinished->now.created_at = noon - 1h;
  CHECK(problems_in(status) == "2 orders are held for a person; see `sagactl order stuck`.\n");
}

TEST_CASE("status tells scripts what is wrong and exits 5", "[sagactl][status]") {
  fixture shop;
  shop.s.format = output_format::json;
  shop.office.health.store = "sqlite:shop.db";
  shop.office.health.nodes = {live_node()};
  shop.office.health.orders = {{"held", "TIMEOUT", 1}};
  CHECK(show_status(shop.s) == exit_code::unhealthy);
  const auto told = shop.printed_json();
  CHECK(told["healthy"] == false);
  CHECK(told["problems"].size() == 1);
  CHECK(told["nodes"][0]["state"] == "live");
  CHECK(told["broker"].is_null());
  CHECK(told["orders"][0] == nlohmann::json{{"state", "held"}, {"outcome", "TIMEOUT"}, {"count", 1}});
}

TEST_CASE("status of a store that does not answer is unhealthy", "[sagactl][status]") {
  fixture shop;
  shop.office.broken = store_error{store_error::kind::unavailable, "locked"};
  SECTION("to people") {
    CHECK(show_status(shop.s) == exit_code::unhealthy);
    CHECK(shop.printed("store  down\n\nThe store is unavailable (locked)."));
  }
  SECTION("to scripts, for whom what nobody knows is null") {
    shop.s.format = output_format::json;
    CHECK(show_status(shop.s) == exit_code::unhealthy);
    const auto told = shop.printed_json();
    CHECK(told["healthy"] == false);
    CHECK(told["problems"].size() == 1);
    CHECK(told["stuck"].is_null());
    CHECK(told["nodes"].empty());
  }
}

TEST_CASE("a healthy status is a screen that says so", "[sagactl][status]") {
  fixture shop;
  shop.office.health.store = "sqlite:shop.db";
  CHECK(show_status(shop.s) == exit_code::done);
  CHECK(shop.printed("Nothing is wrong."));
}

TEST_CASE("an audit names each offender and exits 5", "[sagactl][audit]") {
  fixture shop;
  shop.office.books.orders = 2;
  shop.office.books.findings = {{5, "wallet does not add up", "alice", "credited 500, balance 400, charged 50"}};
  SECTION("to people") {
    CHECK(audit_store(shop.s) == exit_code::unhealthy);
    CHECK(shop.printed("alice"));
    CHECK(shop.printed("Promises are broken: 1 in all."));
  }
  SECTION("to scripts") {
    shop.s.format = output_format::json;
    CHECK(audit_store(shop.s) == exit_code::unhealthy);
    CHECK(shop.printed_json()["clean"] == false);
    CHECK(shop.printed_json()["findings"][0]["subject"] == "alice");
  }
  SECTION("as ids") {
    shop.s.format = output_format::ids;
    CHECK(audit_store(shop.s) == exit_code::unhealthy);
    CHECK(shop.out.str() == "alice\n");
  }
}

TEST_CASE("a clean audit says so and exits 0", "[sagactl][audit]") {
  fixture shop;
  CHECK(audit_store(shop.s) == exit_code::done);
  CHECK(shop.printed("Every promise is kept."));
}

TEST_CASE("trouble with the broker is a problem that names it", "[sagactl][status]") {
  store_status status;
  status.nodes = {live_node(), live_node()};
  status.nodes[0].broker = "connected";
  CHECK(problems_in(status).empty());
  status.nodes[1].broker = "not connected since 11:58: connection refused";
  CHECK(problems_in(status).find("connection refused") != std::string::npos);
}

TEST_CASE("nodes that went long ago do not push the rest of the status off the screen", "[sagactl][status]") {
  fixture shop;
  shop.office.health.nodes = {live_node()};
  for (int i = 1; i <= 100; ++i) {
    node_view gone = live_node();
    gone.name = "gone-" + std::to_string(i);
    gone.holds_lease = false;
    shop.office.health.nodes.push_back(gone);
  }
  CHECK(show_status(shop.s) == exit_code::done);
  CHECK(shop.printed("node-1"));
  CHECK(shop.printed("gone-3"));
  CHECK_FALSE(shop.printed("gone-4"));
  CHECK(shop.printed("Gone before: 97 nodes; see `sagactl node list`."));
}

TEST_CASE("a participant that no node of this store plays is elsewhere, not down", "[sagactl][status]") {
  fixture f;
  f.s.format = output_format::json;
  f.office.health.nodes = {live_node()};
  f.office.health.nodes[0].plays = {"inventory", "orders"};
  f.office.health.nodes.push_back(live_node());
  f.office.health.nodes[1].holds_lease = false;
  f.office.health.nodes[1].plays = {"delivery"};
  CHECK(show_status(f.s) == exit_code::done);
  std::map<std::string, std::string> states;
  const auto printed = f.printed_json();
  for (const auto& p : printed["participants"])
    states[p["name"]] = p["state"];
  CHECK(states["inventory"] == "up");
  CHECK(states["delivery"] == "down");
  CHECK(states["payment"] == "elsewhere");
}

TEST_CASE("status tells whom the stuck orders wait for, since when, and what helps", "[sagactl][status]") {
  fixture f;
  f.office.health.store = "sqlite:shop.db";
  f.office.health.nodes = {living_node()};
  f.office.health.orders = {{"running", "", 2}, {"held", "INSUFFICIENT_INVENTORY", 1}};
  f.office.health.open_operations = 1;
  f.office.health.dead_letters = 4;
  f.office.orders = {pausing_at_charge("q-1"), pausing_at_charge("q-2"), held_at_refund("o-1")};
  f.office.rules = {{.on = "payment", .who = "bob", .why = "the bank moves", .since = noon - 5min}};
  SECTION("to people") {
    CHECK(type(f, {"status"}) == exit_code::unhealthy);
    CHECK(f.printed("payment: held by bob 5m 0s ago: the bank moves; 2 orders waiting; `sagactl participant release "
                    "payment` lets orders go on."));
    CHECK(f.printed("3 orders are stuck, 7500 at stake; most of it: charge-payment: TIMEOUT (2)"));
    CHECK(f.printed("2 orders are at risk of being given up, such as q-1"));
    CHECK(f.printed("1 order is held for a person"));
    CHECK(f.printed("Under way: 1 operation"));
    CHECK(f.printed("Dead letters: 4"));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "status"}) == exit_code::unhealthy);
    const auto told = f.printed_json();
    CHECK(told["healthy"] == false);
    CHECK(told["stuck"]["orders"] == 3);
    CHECK(told["stuck"]["at_stake"] == 7'500);
    CHECK(told["stuck"]["top"]["code"] == "TIMEOUT");
    CHECK(told["at_risk"]["orders"] == 2);
    CHECK(told["at_risk"]["examples"] == nlohmann::json{"q-1", "q-2"});
    CHECK(told["participants"][0]["waiting"] == 2);
    CHECK(told["open_operations"] == 1);
    CHECK(told["dead_letters"] == 4);
  }
}

TEST_CASE("status names the part that is in trouble, and since when", "[sagactl][status]") {
  shop_health health;
  health.status.store = "sqlite:shop.db";
  const auto part = [&](std::size_t i) {
    const part_view p = parts_of(health, noon).at(i);
    return p.part + ' ' + p.state + ' ' + (p.since ? to_rfc3339(*p.since) : "-") + ' ' + p.what;
  };
  SECTION("the engine is up since its first node is") {
    health.status.nodes = {living_node("a"), living_node("b")};
    health.status.nodes[1].started_at = noon - 2h;
    health.status.nodes[1].drives = 7;
    CHECK(part(1) == "engine up " + to_rfc3339(noon - 2h) + " 2 nodes, driving 7 orders");
  }
  SECTION("it is down since its last node was seen") {
    health.status.nodes = {living_node("a"), living_node("b")};
    health.status.nodes[0].stopped_at = noon - 3min;
    health.status.nodes[1].holds_lease = false;
    health.status.nodes[1].last_seen_at = noon - 9min;
    health.status.orders = {{"running", "", 12}};
    CHECK(part(1) == "engine down " + to_rfc3339(noon - 3min) + " 12 orders waiting");
  }
  SECTION("the broker") {
    health.status.nodes = {living_node()};
    health.status.nodes[0].broker = "not connected since 11:58: refused";
    CHECK(part(2) == "broker trouble - not connected since 11:58: refused");
  }
  SECTION("a circuit") {
    health.status.nodes = {living_node()};
    health.status.nodes[0].circuits = {
        {"payment", {.state = operations::circuit::open, .since = noon - 1min, .why = "silence", .probe_at = {}}}};
    health.participants = participants_in(health.status, {}, checkout_definitions(), noon);
    CHECK(part(2).starts_with("payment circuit open " + to_rfc3339(noon - 1min)));
    CHECK(problems_of(health, "", noon).size() == 1);
  }
}

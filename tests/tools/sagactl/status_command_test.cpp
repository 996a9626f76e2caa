#include "tools/sagactl/status_command.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/fake_office.hpp"
#include "tools/sagactl/audit_command.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

node_view live_node() {
  return {.name = "node-1",
          .epoch = 3,
          .started_at = noon - 1h,
          .last_seen_at = noon - 1s,
          .stopped_at = std::nullopt,
          .holds_lease = true,
          .plays = {},
          .broker = {}};
}

std::string problems_in(const store_status& status) {
  std::string all;
  for (const std::string& problem : problems_of(status, "sqlite:shop.db", noon))
    all += problem + '\n';
  return all;
}

} // namespace

TEST_CASE("an empty store without a node is healthy", "[sagactl][status]") { CHECK(problems_in({}).empty()); }

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
  CHECK(problems_in(status) == "2 orders are held for a person; see `sagactl order list --state held`.\n");
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
  CHECK(show_status(shop.s) == exit_code::unhealthy);
  CHECK(shop.complained("locked"));
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

#include "tools/sagactl/node_commands.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/fake_office.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

node_view node(const std::string& name) {
  return {.name = name,
          .epoch = 3,
          .started_at = noon - 1h,
          .last_seen_at = noon - 200ms,
          .stopped_at = std::nullopt,
          .holds_lease = true,
          .drives = 17,
          .plays = {"payment", "orders"},
          .broker = "connected"};
}

/// What the operator typed after `sagactl`.
exit_code type(fixture& f, const std::string& line) {
  CLI::App app;
  command_fn chosen;
  add_node_group(app, chosen);
  app.parse(line);
  return chosen(f.s);
}

} // namespace

TEST_CASE("the nodes are listed with what they drive and play", "[sagactl][node]") {
  fixture f;
  f.office.health.nodes = {node("shop-a"), node("shop-b")};
  f.office.health.nodes[1].stopped_at = noon - 1min;
  SECTION("for people") {
    CHECK(type(f, "node list") == exit_code::done);
    CHECK(f.printed("shop-a"));
    CHECK(f.printed("payment,orders"));
    CHECK(f.printed("gone"));
  }
  SECTION("for scripts") {
    f.s.format = output_format::json;
    CHECK(type(f, "node list") == exit_code::done);
    const auto nodes = f.printed_json();
    REQUIRE(nodes.size() == 2);
    CHECK(nodes[0]["name"] == "shop-a");
    CHECK(nodes[0]["state"] == "live");
    CHECK(nodes[0]["drives"] == 17);
    CHECK(nodes[0]["plays"] == nlohmann::json{"payment", "orders"});
    CHECK(nodes[0]["broker"] == "connected");
    CHECK(nodes[1]["state"] == "gone");
  }
}

TEST_CASE("a node that was asked to leave drains", "[sagactl][node]") {
  fixture f;
  f.office.health.nodes = {node("shop-a")};
  CHECK(type(f, "node drain shop-a") == exit_code::done);
  CHECK(f.complained("shop-a was asked to hand its orders over"));
  CHECK(liveness_of(f.office.health.nodes[0], noon) == liveness::draining);
}

TEST_CASE("a node that does not live cannot be drained", "[sagactl][node]") {
  fixture f;
  f.office.health.nodes = {node("shop-a")};
  SECTION("never heard of") {}
  SECTION("gone") {
    f.office.health.nodes.push_back(node("shop-b"));
    f.office.health.nodes.back().holds_lease = false;
  }
  CHECK(type(f, "node drain shop-b") == exit_code::not_found);
  CHECK(f.complained("No living node is called 'shop-b'"));
}

TEST_CASE("what the store does not permit has an exit code of its own", "[sagactl][node]") {
  fixture f;
  f.office.health.nodes = {node("shop-a")};
  f.office.broken = store_error{store_error::kind::forbidden, "permission denied for table nodes"};
  CHECK(type(f, "node drain shop-a") == exit_code::not_permitted);
}

TEST_CASE("a node is silent when it holds its lease and gives no sign of life", "[sagactl][node]") {
  node_view n = node("shop-a");
  CHECK(liveness_of(n, noon) == liveness::live);
  n.last_seen_at = noon - 11s;
  CHECK(liveness_of(n, noon) == liveness::silent);
  n.holds_lease = false;
  CHECK(liveness_of(n, noon) == liveness::gone);
}

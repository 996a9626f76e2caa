#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"
#include "workflows/operations/cause.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;

namespace {

/// Three orders are held at their refund, one runs; a node lives, and for it all goes well.
struct shop_in_trouble : fixture {
  shop_in_trouble() {
    office.orders = {held_at_refund("o-1"), held_at_refund("o-2"), held_at_refund("p-1"), pausing_at_charge("q-1")};
    office.health.nodes = {living_node()};
    office.nodes_work = [](fake_desks& desks) { carry_out_all(desks); };
  }
  const operation_request& asked() const { return office.operations_kept.front().seen.asked; }
  std::vector<std::string> set() const {
    std::vector<std::string> ids;
    for (const repair& r : office.operations_kept.front().items)
      ids.push_back(r.order.value);
    return ids;
  }
  using words = std::vector<std::string>;
};

} // namespace

TEST_CASE("a repair is planned, promised and followed to its end", "[sagactl][repair]") {
  shop_in_trouble f;
  CHECK(type(f, {"order", "resume", "o-1", "o-2", "--reason", "the till is open", "--yes"}) == exit_code::done);
  CHECK(f.set() == shop_in_trouble::words{"o-1", "o-2"});
  CHECK(f.asked().wanted.what == operations::operator_action::resume);
  CHECK(f.asked().wanted.who == "ann");
  CHECK(f.asked().wanted.why == "the till is open");
  CHECK(f.office.operations_kept.front().items.front().planned_sequence == 9);
  CHECK(f.complained("resume 2 orders: 2 held"));
  CHECK(f.complained("money: 5000 goes back to customers"));
  CHECK(f.printed("op-1: 2 of 2 ended well, 0 failed."));
}

TEST_CASE("scripts read each order's result", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.nodes_work = [](fake_desks& desks) { carry_out_all(desks, repair_result::badly); };
  SECTION("as a document") {
    CHECK(type(f, {"-o", "json", "order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::failed);
    const auto told = f.printed_json();
    CHECK(told["operation_id"] == "op-1");
    CHECK(told["state"] == "over");
    CHECK(told["failed"] == 1);
    CHECK(told["orders"][0]["order_id"] == "o-1");
    CHECK(told["orders"][0]["result"] == "badly");
    CHECK(told["orders"][0]["because"] == "TILL_CLOSED");
  }
  SECTION("a line each") {
    CHECK(type(f, {"-o", "jsonl", "order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::failed);
    CHECK(f.printed_json()["order_id"] == "o-1");
  }
  SECTION("people see those that failed") {
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::failed);
    CHECK(f.printed("TILL_CLOSED"));
  }
}

TEST_CASE("a dry run shows the plan and promises nothing", "[sagactl][repair]") {
  shop_in_trouble f;
  SECTION("to people") {
    CHECK(type(f, {"order", "resume", "o-1", "q-1", "--dry-run"}) == exit_code::failed); // one of those named
    CHECK(f.printed("resume 1 order: 1 held"));
    CHECK(f.printed("1 refused, and left alone:"));
    CHECK(f.printed("the order is not held"));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "order", "resume", "--query", "customer=alice", "--dry-run"}) == exit_code::done);
    const auto told = f.printed_json();
    CHECK(told["allowed"] == 3);
    CHECK(told["refused"] == 1);
    CHECK(told["by_state"]["held"] == 3);
    CHECK(told["money"]["refunded"] == 7'500);
    CHECK(told["orders"].size() == 4);
  }
  SECTION("as ids of those that would be repaired") {
    CHECK(type(f, {"-o", "ids", "order", "resume", "--query", "customer=alice", "--dry-run"}) == exit_code::done);
    CHECK(f.out.str() == "o-1\no-2\np-1\n");
  }
  CHECK(f.office.operations_kept.empty());
}

TEST_CASE("nothing is promised before somebody agreed", "[sagactl][repair]") {
  shop_in_trouble f;
  SECTION("nobody is there to be asked") {
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x"}) == exit_code::usage);
    CHECK(f.complained("say --yes"));
    CHECK(f.office.operations_kept.empty());
  }
  SECTION("they say no") {
    f.s.in_is_terminal = true;
    f.in.str("\n");
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x"}) == exit_code::failed);
    CHECK(f.complained("Resume 1 order? [y/N]"));
    CHECK(f.office.operations_kept.empty());
  }
  SECTION("they say yes, and why") {
    f.s.in_is_terminal = true;
    f.in.str("the till is open\ny\n");
    CHECK(type(f, {"order", "resume", "o-1"}) == exit_code::done);
    CHECK(f.asked().wanted.why == "the till is open");
  }
  SECTION("they do not say why") {
    CHECK(type(f, {"order", "resume", "o-1", "--yes"}) == exit_code::usage);
    CHECK(f.complained("--reason"));
    CHECK(f.office.operations_kept.empty());
  }
}

TEST_CASE("orders are meant by ids, what they begin with, stdin, a query or a group", "[sagactl][repair]") {
  shop_in_trouble f;
  const auto resume = [&](std::vector<std::string> which) {
    which.insert(which.begin(), {"order", "resume"});
    which.insert(which.end(), {"--reason", "x", "--yes"});
    return type(f, which);
  };
  SECTION("the beginning of an id") {
    CHECK(resume({"p"}) == exit_code::done);
    CHECK(f.set() == shop_in_trouble::words{"p-1"});
  }
  SECTION("stdin, each once") {
    f.in.str("o-2\no-1 o-2\n");
    CHECK(resume({"-"}) == exit_code::done);
    CHECK(f.set() == shop_in_trouble::words{"o-2", "o-1"});
  }
  SECTION("a query") {
    CHECK(resume({"--query", "state=held and code=TILL_CLOSED"}) == exit_code::done);
    CHECK(f.set() == shop_in_trouble::words{"o-1", "o-2", "p-1"});
  }
  SECTION("a group, by the beginning of its key") {
    const std::string key = operations::key_of(operations::cause_of(f.office.orders.front(), checkout_definitions()));
    CHECK(resume({"--group", key.substr(0, 6)}) == exit_code::done);
    CHECK(f.set().size() == 3);
  }
  SECTION("a group that is none") { CHECK(resume({"--group", "zz"}) == exit_code::not_found); }
  SECTION("a query that is not understood is pointed at") {
    CHECK(resume({"--query", "stat=held"}) == exit_code::usage);
    CHECK(f.complained("  stat=held\n  ^"));
  }
  SECTION("an unknown id: nothing is done to the others either") {
    CHECK(resume({"o-1", "x-9"}) == exit_code::not_found);
    CHECK(f.complained("There is no order 'x-9'"));
    CHECK(f.office.operations_kept.empty());
  }
  SECTION("an ambiguous one") {
    CHECK(resume({"o-"}) == exit_code::usage);
    CHECK(f.complained("o-1, o-2"));
  }
  SECTION("in two ways at once, or not at all") {
    CHECK(resume({"o-1", "--query", "state=held"}) == exit_code::usage);
    CHECK(resume({}) == exit_code::usage);
  }
  SECTION("none is found") {
    CHECK(resume({"--query", "customer=nobody"}) == exit_code::done);
    CHECK(f.complained("No order is meant"));
  }
  SECTION("only such as are refused") {
    CHECK(resume({"q-1"}) == exit_code::failed);
    CHECK(f.complained("the order is not held"));
    CHECK(f.office.operations_kept.empty());
  }
}

TEST_CASE("a canary, a rate and a rule to abort go with the operation", "[sagactl][repair]") {
  shop_in_trouble f;
  const exit_code code = type(f, {"order", "resume", "--query", "state=held", "--reason", "x", "--yes", "--canary", "1",
                                  "--rate", "50", "--abort-if", "failed > 5%"});
  CHECK(code == exit_code::done);
  CHECK(f.asked().pace.canary == 1);
  CHECK(f.asked().pace.per_second == 50);
  CHECK(to_string(*f.asked().pace.abort_if) == "failed>5%");
  CHECK(f.office.releases.front() == 1);
}

TEST_CASE("a canary that fails leaves the others alone, and says how to go on", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.nodes_work = [](fake_desks& desks) { carry_out_all(desks, repair_result::badly); };
  CHECK(type(f, {"order", "resume", "--query", "state=held", "--reason", "x", "--yes", "--canary", "1"}) ==
        exit_code::failed);
  CHECK(f.printed("1 failed, 2 not begun"));
  CHECK(f.office.operations_kept.front().seen.stopped_by == "sagactl: canary");
}

TEST_CASE("options that make no sense are refused before anything is looked at", "[sagactl][repair]") {
  shop_in_trouble f;
  CHECK(type(f, {"order", "resume", "o-1", "--abort-if", "many", "--yes", "--reason", "x"}) == exit_code::usage);
  CHECK(f.complained("failed>5%"));
  CHECK(type(f, {"order", "skip", "o-1", "--value", "{", "--yes", "--reason", "x"}) == exit_code::usage);
  CHECK(f.complained("--value"));
  CHECK(type(f, {"order", "resume", "o-1", "--no-wait", "--rate", "5", "--yes", "--reason", "x"}) == exit_code::usage);
  CHECK_THROWS(type(f, {"order", "resume", "o-1", "--value", "1"})); // only a skip takes one
  CHECK(f.office.operations_kept.empty());
}

TEST_CASE("a skip carries the value that the operator gives", "[sagactl][repair]") {
  shop_in_trouble f;
  CHECK(type(f, {"order", "skip", "q-1", "--value", R"({"tracking":"T-17"})", "--yes", "--reason", "x"}) ==
        exit_code::done);
  CHECK(f.asked().wanted.value == nlohmann::json{{"tracking", "T-17"}});
}

TEST_CASE("where no node runs the promise is kept, and nobody waits", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.health.nodes.clear();
  f.office.nodes_work = nullptr;
  SECTION("followed") { CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::unhealthy); }
  SECTION("not waited for") {
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes", "--no-wait"}) == exit_code::unhealthy);
  }
  CHECK(f.complained("No node runs. The promise is kept"));
  CHECK(f.office.releases == std::vector<std::size_t>{1});
}

TEST_CASE("Ctrl-C leaves with 130 and says what still happens", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.nodes_work = nullptr;
  f.interrupted_at = 3;
  CHECK(type(f, {"order", "resume", "--query", "state=held", "--reason", "x", "--yes", "--canary", "1"}) ==
        exit_code::interrupted);
  CHECK(f.complained("What is released still happens"));
  CHECK(f.complained("sagactl operation resume op-1"));
}

TEST_CASE("a plan whose answer got lost is found again, not made twice", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.shaken = store_error{store_error::kind::in_doubt, "connection lost"};
  SECTION("it was not made") {
    f.office.shaken_calls = 1;
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::failed);
    CHECK(f.complained("Look whether it was done"));
    CHECK(f.office.operations_kept.empty());
  }
  SECTION("it was made") {
    const operation_request same{.wanted = {.what = operations::operator_action::resume, .who = "ann", .why = "x"},
                                 .pace = {}};
    const std::vector<repair_target> set{{.order = order_id{"o-1"}, .saga = saga_id{"o-1"}, .sequence = 9}};
    REQUIRE(f.office.plan_operation(same, set, 1, "test:1", noon));
    f.office.shaken_calls = 1;
    CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::done);
    CHECK(f.printed("op-1: 1 of 1 ended well"));
  }
  CHECK(f.office.operations_kept.size() <= 1);
}

TEST_CASE("what the store does not permit is said as such", "[sagactl][repair]") {
  shop_in_trouble f;
  f.office.broken = store_error{store_error::kind::forbidden, "permission denied"};
  CHECK(type(f, {"order", "resume", "o-1", "--reason", "x", "--yes"}) == exit_code::not_permitted);
}

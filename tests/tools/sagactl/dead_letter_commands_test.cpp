#include "tools/sagactl/escaped.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

kept_letter letter(std::uint64_t number, const std::string& source, const std::string& body) {
  return {.number = number, .letter = {.source = source, .reason = "MALFORMED_JSON", .body = body, .at = noon - 1h}};
}

struct with_letters : fixture {
  with_letters() {
    office.letters = {letter(3, "saga.orders", "{\n\x1b[2J\xff"), letter(2, "saga.replies", "x"),
                      letter(1, "saga.orders", "y")};
    office.letters[2].discarded_at = noon - 1min;
    office.letters[2].discarded_by = "bob";
  }
};

} // namespace

TEST_CASE("dead letters are listed, none, one and several", "[sagactl][deadletter]") {
  fixture none;
  CHECK(type(none, {"deadletter", "list"}) == exit_code::done);
  CHECK(none.out.str().empty());
  with_letters f;
  SECTION("without those that are discarded") {
    CHECK(type(f, {"-o", "ids", "deadletter", "list"}) == exit_code::done);
    CHECK(f.out.str() == "3\n2\n");
  }
  SECTION("with them") {
    CHECK(type(f, {"-o", "ids", "deadletter", "list", "--discarded"}) == exit_code::done);
    CHECK(f.out.str() == "3\n2\n1\n");
  }
  SECTION("from one source") {
    CHECK(type(f, {"-o", "json", "deadletter", "list", "--source", "saga.replies"}) == exit_code::done);
    const auto told = f.printed_json();
    REQUIRE(told.size() == 1);
    CHECK(told[0]["number"] == 2);
    CHECK(told[0]["state"] == "kept");
  }
  SECTION("a stranger's bytes do not drive the terminal") {
    CHECK(type(f, {"deadletter", "list"}) == exit_code::done);
    CHECK_FALSE(f.printed("\x1b"));
    CHECK(f.printed(R"({\n\x1b[2J\xff)"));
  }
}

TEST_CASE("a dead letter is shown with its bytes, escaped or as they came", "[sagactl][deadletter]") {
  with_letters f;
  SECTION("to people") {
    CHECK(type(f, {"deadletter", "show", "3"}) == exit_code::done);
    CHECK(f.printed("MALFORMED_JSON"));
    CHECK(f.printed(R"({\n\x1b[2J\xff)"));
  }
  SECTION("to scripts") {
    CHECK(type(f, {"-o", "json", "deadletter", "show", "3"}) == exit_code::done);
    CHECK(f.printed_json()["bytes"] == 7);
  }
  SECTION("as they came") {
    CHECK(type(f, {"deadletter", "show", "3", "--raw"}) == exit_code::done);
    CHECK(f.out.str() == "{\n\x1b[2J\xff");
  }
  SECTION("one that is none") { CHECK(type(f, {"deadletter", "show", "9"}) == exit_code::not_found); }
  CHECK(escaped(std::string(5'000, 'x'), 4).ends_with("xxxx... and 4996 more bytes"));
  CHECK(escaped("a\\n", 10) == "a\\\\n");
}

TEST_CASE("dead letters are discarded and restored, each with its verdict", "[sagactl][deadletter]") {
  with_letters f;
  CHECK(type(f, {"-o", "json", "deadletter", "discard", "3", "1", "9", "--reason", "a test"}) == exit_code::not_found);
  const auto told = f.printed_json();
  CHECK(told[0]["result"] == "done");
  CHECK(told[1]["result"] == "unchanged");
  CHECK(told[2]["result"] == "not found");
  CHECK(f.office.letters[0].discarded_by == "ann");
  f.out.str("");
  f.in.str("3\n1\n");
  CHECK(type(f, {"deadletter", "restore", "-", "--reason", "no test"}) == exit_code::done);
  CHECK_FALSE(f.office.letters[0].discarded_at);
}

TEST_CASE("dead letters are submitted again, and what was decided is told", "[sagactl][deadletter]") {
  with_letters f;
  SECTION("accepted") {
    CHECK(type(f, {"deadletter", "requeue", "3", "--reason", "mended"}) == exit_code::done);
    CHECK(f.printed("accepted"));
  }
  SECTION("refused again") {
    f.office.requeue_answer.accepted = false;
    f.office.requeue_answer.error = refusal{"UNKNOWN_SKU", "lines[0].sku", "no such item"};
    CHECK(type(f, {"-o", "json", "deadletter", "requeue", "3", "--reason", "mended"}) == exit_code::failed);
    CHECK(f.printed_json()[0]["result"] == "refused");
    CHECK(f.printed_json()[0]["because"] == "UNKNOWN_SKU: no such item");
  }
  SECTION("not a submission") {
    CHECK(type(f, {"deadletter", "requeue", "2", "--reason", "mended"}) == exit_code::failed);
    CHECK(f.printed("impossible"));
  }
  SECTION("none of this number") {
    CHECK(type(f, {"deadletter", "requeue", "9", "--reason", "mended"}) == exit_code::not_found);
  }
  SECTION("no number") { CHECK(type(f, {"deadletter", "requeue", "three", "--reason", "mended"}) == exit_code::usage); }
  SECTION("no reason") { CHECK(type(f, {"deadletter", "requeue", "3"}) == exit_code::usage); }
}

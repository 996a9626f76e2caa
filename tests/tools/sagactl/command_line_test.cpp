#include "tools/sagactl/command_line.hpp"

#include <catch2/catch.hpp>

#include "tests/tools/sagactl/typing.hpp"
#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/completion.hpp"
#include "tools/sagactl/operator_name.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;
using namespace std::chrono_literals;

namespace {

struct described {
  CLI::App app;
  request asked;
  described() { describe(app, asked); }
};

void check_each_verb(const CLI::App& app, const std::string& path) {
  const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* const verb : verbs)
    check_each_verb(*verb, path + ' ' + verb->get_name());
  if (!verbs.empty())
    return;
  INFO(path);
  CHECK(app.get_footer().find("Example:") != std::string::npos);
  CHECK(app.get_footer().find(path) != std::string::npos);
  CHECK_FALSE(app.get_description().empty());
  for (const CLI::Option* const option : app.get_options())
    CHECK_FALSE(option->get_description().empty());
}

} // namespace

TEST_CASE("every verb has a help with an example of itself", "[sagactl][help]") {
  check_each_verb(described{}.app, "sagactl");
}

TEST_CASE("a wrong verb is answered with the nearest right one", "[sagactl][usage]") {
  const described d;
  CHECK(unknown_verb(d.app, {"order", "lst"}) == "sagactl order has no verb lst; did you mean list?");
  CHECK(unknown_verb(d.app, {"ordr", "list"}) == "sagactl has no verb ordr; did you mean order?");
  CHECK(unknown_verb(d.app, {"--store", "x", "order", "resmue"}) ==
        "sagactl order has no verb resmue; did you mean resume?");
  CHECK(unknown_verb(d.app, {"frobnicate"}) == "sagactl has no verb frobnicate");
  CHECK(unknown_verb(d.app, {"order", "stuck"}).empty());
}

TEST_CASE("bash completes every verb with its options", "[sagactl][completion]") {
  const described d;
  const std::string script = bash_completion(d.app);
  CHECK(script.find("\"order resume\") words=\"") != std::string::npos);
  CHECK(script.find("--abort-if") != std::string::npos);
  CHECK(script.find("complete -o default -F _sagactl sagactl") != std::string::npos);
}

TEST_CASE("the completion is printed without a store", "[sagactl][completion]") {
  described d;
  d.app.parse("completion bash");
  REQUIRE(d.asked.text);
  CHECK(d.asked.text->find("_sagactl()") != std::string::npos);
}

TEST_CASE("the operator is who they say, or who is logged in, and never nobody", "[sagactl][usage]") {
  CHECK(operator_name("ann") == "ann");
  CHECK(operator_name("ann\x1b[2J").find('\x1b') == std::string::npos);
  CHECK_FALSE(operator_name("").empty());
  CHECK(name_of_this_run() != name_of_this_run());
}

TEST_CASE("what operators did is listed, newest first", "[sagactl][operator]") {
  fixture f;
  CHECK(type(f, {"operator", "log"}) == exit_code::done);
  CHECK(f.out.str().empty());
  f.office.log = {{.number = 2,
                   .at = noon - 1min,
                   .who = "bob",
                   .verb = "participant hold",
                   .subject = "payment",
                   .why = "the bank moves",
                   .detail = ""},
                  {.number = 1,
                   .at = noon - 2min,
                   .who = "ann",
                   .verb = "order retry",
                   .subject = "op-1",
                   .why = "x",
                   .detail = "3 orders"}};
  CHECK(type(f, {"operator", "log"}) == exit_code::done);
  CHECK(f.printed("participant hold"));
  CHECK(f.printed("3 orders"));
  f.out.str("");
  CHECK(type(f, {"-o", "json", "operator", "log", "--limit", "1"}) == exit_code::done);
  REQUIRE(f.printed_json().size() == 1);
  CHECK(f.printed_json()[0]["who"] == "bob");
  CHECK(f.printed_json()[0]["at"] == to_rfc3339(noon - 1min));
}

TEST_CASE("orders are listed by a query, and a limit counts what it finds", "[sagactl][order]") {
  fixture f;
  f.office.orders = {held_at_refund("o-1"), pausing_at_charge("q-1"), pausing_at_charge("q-2")};
  CHECK(type(f, {"-o", "ids", "order", "list", "--query", "code=TIMEOUT"}) == exit_code::done);
  CHECK(f.out.str() == "q-1\nq-2\n");
  f.out.str("");
  CHECK(type(f, {"-o", "ids", "order", "list", "--query", "code=TIMEOUT", "--limit", "1"}) == exit_code::done);
  CHECK(f.out.str() == "q-1\n");
  f.out.str("");
  CHECK(type(f, {"-o", "ids", "order", "list", "--state", "held", "--query", "state=running"}) == exit_code::done);
  CHECK(f.out.str().empty());
  CHECK(type(f, {"order", "list", "--query", "nonsense"}) == exit_code::usage);
}

TEST_CASE("an order is shown by what its id begins with", "[sagactl][order]") {
  fixture f;
  f.office.orders = {held_at_refund("o-12"), held_at_refund("o-13")};
  CHECK(type(f, {"-o", "json", "order", "show", "o-12"}) == exit_code::done);
  CHECK(f.printed_json()["order_id"] == "o-12");
  CHECK(type(f, {"order", "show", "o-1"}) == exit_code::usage);
  CHECK(type(f, {"order", "show", "x"}) == exit_code::not_found);
  CHECK(type(f, {"order", "history", "o-13"}) == exit_code::done);
}

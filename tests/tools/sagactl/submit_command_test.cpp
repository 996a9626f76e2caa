#include "tools/sagactl/submit_command.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/tools/sagactl/fake_office.hpp"

using namespace sagad;
using namespace sagad::ctl;
using namespace sagad::ctl::testing;

namespace {

/// A file of its own that goes with the test.
class file_with {
public:
  explicit file_with(const std::string& text) {
    const int fd = ::mkstemp(name_.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream{name_} << text;
  }
  ~file_with() { std::remove(name_.c_str()); }
  file_with(const file_with&) = delete;
  file_with& operator=(const file_with&) = delete;
  const std::string& name() const { return name_; }

private:
  std::string name_ = "/tmp/sagactl-orders-XXXXXX";
};

std::string order_line(const std::string& id) {
  return R"({"order_id":")" + id + R"(","customer_id":"alice","lines":[{"sku":"a","quantity":1}]})" + "\n";
}

std::vector<nlohmann::json> results(const fixture& shop) {
  std::vector<nlohmann::json> all;
  std::istringstream lines{shop.out.str()};
  for (std::string line; std::getline(lines, line);)
    all.push_back(nlohmann::json::parse(line));
  return all;
}

exit_code submit(fixture& shop, const std::string& text) {
  const file_with orders{text};
  return submit_orders(shop.s, orders.name());
}

} // namespace

TEST_CASE("every line gets its answer, in order, good or bad", "[sagactl][submit]") {
  fixture shop;
  const std::string bad = R"({"order_id":"o-2","customer_id":"alice","lines":[{"sku":"a","quantity":0}]})";
  CHECK(submit(shop, order_line("o-1") + bad + "\n\nnonsense\n" + order_line("o-3")) == exit_code::failed);
  const auto told = results(shop);
  REQUIRE(told.size() == 4);
  CHECK(told[0] == nlohmann::json{{"order_id", "o-1"}, {"accepted", true}, {"duplicate", false}, {"error", nullptr}});
  CHECK(told[1]["order_id"] == "o-2");
  CHECK(told[1]["accepted"] == false);
  CHECK(told[1]["error"]["code"] == "OUT_OF_RANGE");
  CHECK(told[1]["error"]["field"] == "lines[0].quantity");
  CHECK(told[2]["order_id"].is_null());
  CHECK(told[2]["error"]["code"] == "MALFORMED_JSON");
  CHECK(told[2]["error"]["line"] == 4);
  CHECK(told[3]["accepted"] == true);
}

TEST_CASE("many orders go in few commits", "[sagactl][submit]") {
  fixture shop;
  std::string text;
  for (int i = 0; i < 1'200; ++i)
    text += order_line("o-" + std::to_string(i));
  CHECK(submit(shop, text) == exit_code::done);
  REQUIRE(shop.office.submitted.size() == 3);
  CHECK(shop.office.submitted[0].size() == 500);
  CHECK(shop.office.submitted[2].size() == 200);
  CHECK(results(shop).size() == 1'200);
}

TEST_CASE("an order without an id gets one of its own", "[sagactl][submit]") {
  fixture shop;
  const std::string nameless = R"({"customer_id":"alice","lines":[{"sku":"a","quantity":1}]})";
  CHECK(submit(shop, nameless + "\n" + nameless + "\n") == exit_code::done);
  const auto told = results(shop);
  REQUIRE(told.size() == 2);
  CHECK(is_valid_id(told[0]["order_id"].get<std::string>()));
  CHECK(told[0]["order_id"] != told[1]["order_id"]);
}

TEST_CASE("a refusal by the store is told with its code", "[sagactl][submit]") {
  fixture shop;
  acceptance refused;
  refused.order = order_id{"o-1"};
  refused.error = refusal{"UNKNOWN_SKU", "lines[0].sku", "lines[0].sku names a, which is not sold here."};
  shop.office.decided = {refused};
  CHECK(submit(shop, order_line("o-1")) == exit_code::failed);
  CHECK(results(shop)[0]["error"]["code"] == "UNKNOWN_SKU");
}

TEST_CASE("a lost answer is neither yes nor no", "[sagactl][submit][faults]") {
  fixture shop;
  acceptance lost;
  lost.order = order_id{"o-1"};
  lost.accepted = true;
  lost.unanswered = true;
  shop.office.decided = {lost};
  CHECK(submit(shop, order_line("o-1")) == exit_code::failed);
  CHECK(results(shop)[0]["accepted"].is_null());
  CHECK(results(shop)[0]["error"]["code"] == "NO_ANSWER");
}

TEST_CASE("a store that fails is told for each order, as no or as neither", "[sagactl][submit]") {
  fixture shop;
  SECTION("nothing was done") {
    shop.office.broken = store_error{store_error::kind::unavailable, "disk full"};
    CHECK(submit(shop, order_line("o-1") + "nonsense\n") == exit_code::failed);
    CHECK(results(shop)[0]["accepted"] == false);
    CHECK(results(shop)[0]["error"]["code"] == "STORE_UNAVAILABLE");
    CHECK(results(shop)[1]["error"]["code"] == "MALFORMED_JSON");
    CHECK(shop.complained("disk full"));
  }
  SECTION("nobody knows") {
    shop.office.broken = store_error{store_error::kind::in_doubt, ""};
    CHECK(submit(shop, order_line("o-1")) == exit_code::failed);
    CHECK(results(shop)[0]["accepted"].is_null());
  }
}

TEST_CASE("results come as a table or as the ids of what was accepted", "[sagactl][submit]") {
  fixture shop;
  SECTION("table") {
    shop.s.format = output_format::table;
    submit(shop, order_line("o-1") + "nonsense\n");
    CHECK(shop.out.str() == "ORDER  RESULT          WHY\n"
                            "o-1    accepted\n"
                            "-      MALFORMED_JSON  line 2: The text is not valid JSON at byte 2.\n");
  }
  SECTION("ids") {
    shop.s.format = output_format::ids;
    submit(shop, order_line("o-1") + "nonsense\n");
    CHECK(shop.out.str() == "o-1\n");
  }
}

TEST_CASE("nothing more is submitted once nobody can be told", "[sagactl][submit]") {
  fixture shop;
  std::string text;
  for (int i = 0; i < 1'200; ++i)
    text += order_line("o-" + std::to_string(i));
  shop.out.setstate(std::ios::badbit);
  CHECK(submit(shop, text) == exit_code::failed);
  CHECK(shop.office.submitted.size() == 1);
}

TEST_CASE("a file that is not there is not found; a folder cannot be read", "[sagactl][submit]") {
  fixture shop;
  CHECK(submit_orders(shop.s, "/nowhere/orders.ndjson") == exit_code::not_found);
  CHECK(shop.complained("/nowhere/orders.ndjson"));
  CHECK(submit_orders(shop.s, "/tmp") == exit_code::failed);
}

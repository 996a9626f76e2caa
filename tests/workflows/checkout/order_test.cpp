#include "workflows/checkout/order.hpp"

#include <catch2/catch.hpp>

#include "workflows/checkout/checkout_saga.hpp"

using namespace sagad;
using namespace sagad::checkout;

namespace {

constexpr auto plain = R"({"order_id":"o-1","customer_id":"alice","lines":[{"sku":"late_token","quantity":2}]})";

std::string with_line(const std::string& line) { return R"({"customer_id":"alice","lines":[)" + line + "]}"; }
std::string with_quantity(const std::string& quantity) {
  return with_line(R"({"sku":"late_token","quantity":)" + quantity + "}");
}
std::string with_fault(const std::string& fault) {
  return R"({"customer_id":"alice","lines":[{"sku":"late_token","quantity":1}],"faults":[)" + fault + "]}";
}

submission accepted(const std::string& text) {
  const auto s = parse_submission(text);
  INFO(text.substr(0, 200));
  if (!s)
    FAIL(s.error().code << ": " << s.error().message);
  return *s;
}

/// "CODE at field", and insists that the sentence names the field.
std::string refusal_of(const std::string& text) {
  const auto s = parse_submission(text);
  INFO(text.substr(0, 200));
  REQUIRE_FALSE(s);
  const refusal& why = s.error();
  CHECK(why.message.find(why.field) != std::string::npos);
  CHECK(why.message.ends_with('.'));
  return why.field.empty() ? why.code : why.code + " at " + why.field;
}

price_lookup all_cost(money price) {
  return [price](const sku&) { return std::optional{price}; };
}

std::string price_refusal_of(const tl::expected<json, refusal>& priced) {
  REQUIRE_FALSE(priced);
  CHECK(priced.error().message.find(priced.error().field) != std::string::npos);
  return priced.error().code + " at " + priced.error().field;
}

} // namespace

TEST_CASE("a submission says who wants how much of what, at which price, failing how", "[order]") {
  const submission s = accepted(R"({
    "order_id": "o-1001", "customer_id": "alice",
    "lines": [{"sku": "late_token", "quantity": 2, "unit_price": 250}, {"sku": "late_token", "quantity": 1}],
    "faults": [{"step": "charge-payment", "kind": "stall", "ms": 50, "times": 2},
               {"step": "confirm-order", "kind": "refuse", "code": "DELIVERY_FAILED"}]})");
  CHECK(s.order == order_id{"o-1001"});
  CHECK(s.customer == customer_id{"alice"});
  CHECK(s.lines == std::vector<order_line>{{sku{"late_token"}, 2, 250}, {sku{"late_token"}, 1, std::nullopt}});
  REQUIRE(s.faults.size() == 2);
  CHECK(s.faults[0] == fault{"charge-payment", fault_kind::stall, 2, milliseconds{50}, ""});
  CHECK(s.faults[1] == fault{"confirm-order", fault_kind::refuse, 0, std::nullopt, "DELIVERY_FAILED"});
}

TEST_CASE("an order id may be left to us", "[order]") { CHECK(accepted(with_quantity("1")).order.value.empty()); }

TEST_CASE("text that is not JSON is refused as such", "[order][hostile]") {
  const auto text = GENERATE(as<std::string>{}, "", " ", "{", "nonsense", "{}{}", "[1,]", "{'a':1}", "nul", "\"open",
                             "\xff\xfe", "{\"customer_id\":\"\xc3\x28\"}", "{\"customer_id\":\"\xed\xa0\x80\"}",
                             "// no comments\n{}", std::string("{}\0", 3));
  CHECK(refusal_of(text) == "MALFORMED_JSON");
}

TEST_CASE("JSON that is not an object is refused", "[order][hostile]") {
  const auto text = GENERATE(as<std::string>{}, "[]", "1", "null", "\"o-1\"", "true");
  CHECK(refusal_of(text) == "WRONG_TYPE");
}

TEST_CASE("ten megabytes of nonsense are refused unread", "[order][hostile]") {
  CHECK(refusal_of(std::string(10'000'000, '[')) == "TOO_LARGE");
  CHECK(refusal_of(std::string(submission_bytes_max + 1, ' ')) == "TOO_LARGE");
  CHECK(refusal_of(std::string(submission_bytes_max, 'x')) == "MALFORMED_JSON");
}

TEST_CASE("deep nesting is refused before it costs anything", "[order][hostile]") {
  const std::string deep(100'000, '[');
  CHECK(refusal_of(R"({"lines":)" + deep).starts_with("TOO_DEEP at lines[0][0]"));
}

TEST_CASE("a key given twice is refused by its name", "[order][hostile]") {
  CHECK(refusal_of(R"({"customer_id":"a","customer_id":"b"})") == "DUPLICATE_FIELD at customer_id");
  CHECK(refusal_of(with_line(R"({"sku":"a","quantity":1},{"sku":"a","quantity":1,"quantity":9})")) ==
        "DUPLICATE_FIELD at lines[1].quantity");
}

TEST_CASE("a field nobody knows is refused by its name", "[order][hostile]") {
  CHECK(refusal_of(R"({"customer_id":"a","lines":[],"color":"red"})") == "UNKNOWN_FIELD at color");
  CHECK(refusal_of(with_line(R"({"sku":"a","quantty":1})")) == "UNKNOWN_FIELD at lines[0].quantty");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"kill","often":1})")) == "UNKNOWN_FIELD at faults[0].often");
  CHECK(refusal_of("{\"\\u001b[31mred\":1}") == "UNKNOWN_FIELD at ?[31mred");
}

TEST_CASE("a missing field is named", "[order]") {
  CHECK(refusal_of("{}") == "MISSING_FIELD at customer_id");
  CHECK(refusal_of(R"({"customer_id":"a"})") == "MISSING_FIELD at lines");
  CHECK(refusal_of(with_line("{}")) == "MISSING_FIELD at lines[0].sku");
  CHECK(refusal_of(with_line(R"({"sku":"a","quantity":1},{"sku":"b"})")) == "MISSING_FIELD at lines[1].quantity");
  CHECK(refusal_of(with_fault(R"({"kind":"kill"})")) == "MISSING_FIELD at faults[0].step");
  CHECK(refusal_of(with_fault(R"({"step":"accept"})")) == "MISSING_FIELD at faults[0].kind");
}

TEST_CASE("a quantity is an integer and nothing that resembles one", "[order][hostile]") {
  const auto quantity = GENERATE(as<std::string>{}, "1.0", "1e3", "1E0", "\"1\"", "true", "null", "[1]", "{}", "-0.5");
  CHECK(refusal_of(with_quantity(quantity)) == "WRONG_TYPE at lines[0].quantity");
}

TEST_CASE("a quantity is at least one and not absurd", "[order][hostile]") {
  const auto quantity =
      GENERATE(as<std::string>{}, "0", "-0", "-1", "1000000000000001", "9223372036854775807", "9223372036854775808",
               "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
               "99999999999999999999999999", std::string(400, '9'), '-' + std::string(400, '9'));
  CHECK(refusal_of(with_quantity(quantity)) == "OUT_OF_RANGE at lines[0].quantity");
  CHECK(accepted(with_quantity("1000000000000000")).lines[0].count == amount_max);
}

TEST_CASE("an expected price may be zero and not negative", "[order][hostile]") {
  const auto priced = [](const std::string& price) {
    return with_line(R"({"sku":"a","quantity":1,"unit_price":)" + price + "}");
  };
  CHECK(accepted(priced("0")).lines[0].unit_price == 0);
  CHECK(refusal_of(priced("-1")) == "OUT_OF_RANGE at lines[0].unit_price");
  CHECK(refusal_of(priced("1e999")) == "OUT_OF_RANGE at lines[0].unit_price");
  CHECK(refusal_of(priced("2.50")) == "WRONG_TYPE at lines[0].unit_price");
}

TEST_CASE("an id of other characters, none or too many is refused", "[order][hostile]") {
  const auto id = GENERATE(as<std::string>{}, "", "a b", "a/b", "\\u0000", "a\\nb", "ü", "../x", std::string(129, 'a'));
  CHECK(refusal_of(R"({"order_id":")" + id + R"(","customer_id":"a","lines":[]})") == "INVALID_ID at order_id");
  CHECK(refusal_of(R"({"customer_id":")" + id + R"(","lines":[]})") == "INVALID_ID at customer_id");
  CHECK(refusal_of(with_line(R"({"sku":")" + id + R"(","quantity":1})")) == "INVALID_ID at lines[0].sku");
}

TEST_CASE("an id of 128 allowed characters is taken", "[order]") {
  const std::string id = "AZaz09._:-" + std::string(118, 'x');
  CHECK(accepted(R"({"order_id":")" + id + R"(","customer_id":"a","lines":[{"sku":"s","quantity":1}]})").order.value ==
        id);
}

TEST_CASE("wrong types are refused where they stand", "[order][hostile]") {
  CHECK(refusal_of(R"({"order_id":1,"customer_id":"a","lines":[]})") == "WRONG_TYPE at order_id");
  CHECK(refusal_of(R"({"order_id":null,"customer_id":"a","lines":[]})") == "WRONG_TYPE at order_id");
  CHECK(refusal_of(R"({"customer_id":["a"],"lines":[]})") == "WRONG_TYPE at customer_id");
  CHECK(refusal_of(R"({"customer_id":"a","lines":{}})") == "WRONG_TYPE at lines");
  CHECK(refusal_of(with_line("7")) == "WRONG_TYPE at lines[0]");
  CHECK(refusal_of(with_fault("\"kill\"")) == "WRONG_TYPE at faults[0]");
}

TEST_CASE("an order has one line at least and a thousand at most", "[order][hostile]") {
  std::string lines = R"({"sku":"a","quantity":1})";
  CHECK(refusal_of(with_line("")) == "OUT_OF_RANGE at lines");
  for (std::size_t i = 1; i < order_lines_max; ++i)
    lines += R"(,{"sku":"a","quantity":1})";
  CHECK(accepted(with_line(lines)).lines.size() == order_lines_max);
  CHECK(refusal_of(with_line(lines + R"(,{"sku":"a","quantity":1})")) == "OUT_OF_RANGE at lines");
}

TEST_CASE("a fault is understood completely or refused", "[order][faults]") {
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"explode"})")) == "UNKNOWN_KIND at faults[0].kind");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"kill","times":0})")) == "OUT_OF_RANGE at faults[0].times");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"stall","ms":-1})")) == "OUT_OF_RANGE at faults[0].ms");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"kill","ms":1})")) == "UNKNOWN_FIELD at faults[0].ms");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"kill","code":"X"})")) == "UNKNOWN_FIELD at faults[0].code");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"refuse"})")) == "MISSING_FIELD at faults[0].code");
  CHECK(refusal_of(with_fault(R"({"step":"accept","kind":"refuse","code":"a b"})")) == "INVALID_ID at faults[0].code");
  CHECK(refusal_of(with_fault(R"({"step":"a b","kind":"kill"})")) == "INVALID_ID at faults[0].step");

  std::string faults = R"({"step":"accept","kind":"kill"})";
  for (std::size_t i = 0; i < order_faults_max; ++i)
    faults += R"(,{"step":"accept","kind":"kill"})";
  CHECK(refusal_of(with_fault(faults)) == "OUT_OF_RANGE at faults");
}

TEST_CASE("every kind of fault can be asked for", "[order][faults]") {
  const auto kind =
      GENERATE(as<std::string>{}, "kill", "kill-after", "stall", "lose-reply", "duplicate-reply", "late-reply");
  const submission s = accepted(with_fault(R"({"step":"refund-payment","kind":")" + kind + "\"}"));
  CHECK(to_string(s.faults[0].kind) == kind);
  CHECK(s.faults[0].times == 0);
}

TEST_CASE("faults name a step, an undo or the acceptance, and only where they are allowed", "[order][faults]") {
  const auto checked = [](const std::string& step, bool allowed) {
    const auto why = check_faults(accepted(with_fault(R"({"step":")" + step + R"(","kind":"kill"})")), allowed);
    return why ? why->code + " at " + why->field : "taken";
  };
  CHECK(checked("accept", true) == "taken");
  for (const saga_step& step : checkout_saga.steps) {
    CHECK(checked(std::string{step.name}, true) == "taken");
    CHECK(checked(std::string{step.name}, false) == "FAULTS_NOT_ALLOWED at faults");
    if (step.has_undo())
      CHECK(checked(std::string{step.undo.name}, true) == "taken");
  }
  CHECK(checked("charge-payments", true) == "UNKNOWN_STEP at faults[0].step");
  CHECK_FALSE(check_faults(accepted(plain), false));
}

TEST_CASE("the same submission has the same text however it was written", "[order]") {
  const submission tidy = accepted(plain);
  const submission other = accepted(
      "{ \"lines\" : [ {\"quantity\":2 , \"sku\":\"late\\u005ftoken\"} ],\n\"customer_id\":\"alice\", \"faults\":[], "
      "\"order_id\":\"o-1\"}");
  CHECK(canonical_text(tidy) == canonical_text(other));
  CHECK(accepted(canonical_text(tidy)) == tidy);
}

TEST_CASE("a submission that differs anywhere has another text", "[order]") {
  const std::string text = canonical_text(accepted(plain));
  submission s = accepted(plain);
  SECTION("customer") { s.customer = customer_id{"bob"}; }
  SECTION("order") { s.order = order_id{"o-2"}; }
  SECTION("no order id") { s.order = {}; }
  SECTION("quantity") { s.lines[0].count = 3; }
  SECTION("expected price") { s.lines[0].unit_price = 0; }
  SECTION("one more line") { s.lines.push_back(s.lines[0]); }
  SECTION("a fault") { s.faults.push_back({"accept", fault_kind::kill, 0, std::nullopt, ""}); }
  CHECK(canonical_text(s) != text);
  CHECK(accepted(canonical_text(s)) == s);
}

TEST_CASE("an order is priced from the catalogue, one sku on several lines", "[order][price]") {
  const submission s = accepted(with_line(R"({"sku":"a","quantity":2},{"sku":"a","quantity":3,"unit_price":7})"));
  const auto priced = price_order(s, all_cost(7));
  REQUIRE(priced);
  CHECK(total_of(*priced) == 35);
  CHECK(priced->at("lines")[0] == json{{"sku", "a"}, {"quantity", 2}, {"unit_price", 7}});
  CHECK_FALSE(priced->contains("faults"));
  CHECK(faults_of(*priced).empty());
}

TEST_CASE("a free item costs nothing in any quantity", "[order][price]") {
  CHECK(total_of(*price_order(accepted(with_quantity("1000000000000000")), all_cost(0))) == 0);
}

TEST_CASE("an item that is not sold is refused by its line", "[order][price]") {
  const price_lookup only_a = [](const sku& item) {
    return item.value == "a" ? std::optional<money>{1} : std::nullopt;
  };
  const submission s = accepted(with_line(R"({"sku":"a","quantity":1},{"sku":"b","quantity":1})"));
  CHECK(price_refusal_of(price_order(s, only_a)) == "UNKNOWN_SKU at lines[1].sku");
}

TEST_CASE("a price that is not the expected one is refused", "[order][price]") {
  const submission s = accepted(with_line(R"({"sku":"a","quantity":1,"unit_price":250})"));
  CHECK(price_order(s, all_cost(250)));
  CHECK(price_refusal_of(price_order(s, all_cost(251))) == "PRICE_CHANGED at lines[0].unit_price");
}

TEST_CASE("a total that no order may cost is refused instead of wrapping round", "[order][price][hostile]") {
  CHECK(price_order(accepted(with_quantity("1000000000")), all_cost(1'000'000)));
  CHECK(price_refusal_of(price_order(accepted(with_quantity("1000000000")), all_cost(1'000'001))) ==
        "TOTAL_OVERFLOW at lines[0].quantity");
  CHECK(price_refusal_of(price_order(accepted(with_quantity("1000000000000000")), all_cost(amount_max))) ==
        "TOTAL_OVERFLOW at lines[0].quantity");
  const submission two = accepted(with_line(R"({"sku":"a","quantity":999999999999999},{"sku":"a","quantity":2})"));
  CHECK(price_refusal_of(price_order(two, all_cost(1))) == "TOTAL_OVERFLOW at lines[1].quantity");
}

TEST_CASE("instructions to fail survive the way into the store and back", "[order][faults]") {
  const submission s = accepted(with_fault(
      R"({"step":"charge-payment","kind":"late-reply","ms":0,"times":3},{"step":"accept","kind":"refuse","code":"NO"})"));
  const auto priced = price_order(s, all_cost(1));
  REQUIRE(priced);
  CHECK(faults_of(json::parse(priced->dump())) == s.faults);
}

#include "workflows/wire/submission_answer.hpp"

#include <catch2/catch.hpp>

#include "tests/workflows/wire/protocol_examples.hpp"
#include "workflows/checkout/order.hpp"

namespace sagad::tests {

namespace {

using json = nlohmann::json;

acceptance answer(const std::string& order, bool accepted, bool duplicate, std::optional<refusal> error = {}) {
  return {.order = order_id{order}, .accepted = accepted, .duplicate = duplicate, .error = std::move(error)};
}

} // namespace

TEST_CASE("a submitter is answered as the protocol's examples show it", "[wire][submission]") {
  const protocol_examples examples{"submission-answer"};
  const auto told = [](const acceptance& a) { return json::parse(wire::to_message(a)); };
  CHECK(told(answer("o-1001", true, false)) == examples.named("accepted"));
  CHECK(told(answer("o-1001", true, true)) == examples.named("duplicate"));
  CHECK(told(answer("o-1001", false, false,
                    refusal{"PRICE_CHANGED", "lines[0].unit_price",
                            "lines[0].unit_price is 250, the price is 300."})) == examples.named("refused"));
  const auto unreadable = checkout::parse_submission("?");
  REQUIRE_FALSE(unreadable.has_value());
  CHECK(told(answer("", false, false, unreadable.error())) == examples.named("unreadable"));
}

TEST_CASE("the protocol's submissions are taken and refused as it says", "[wire][submission]") {
  const protocol_examples examples{"submission"};
  for (const auto& [name, message] : examples.good().items()) {
    INFO(name);
    CHECK(checkout::parse_submission(message.dump()).has_value());
  }
  for (const auto& each : examples.refused()) {
    INFO(each.name);
    const auto s = checkout::parse_submission(each.text);
    REQUIRE_FALSE(s.has_value());
    CHECK(said(s.error()) == each.says);
  }
}

} // namespace sagad::tests

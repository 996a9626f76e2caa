#include <string>

#include <catch2/catch.hpp>

#include "tools/sagachaos/storm/hearing.hpp"

using namespace sagad::chaos::storm;

namespace {

/// Recursion would need more stack than there is.
std::string deep_object() {
  constexpr std::size_t depth = 400'000;
  return R"({"subject":"o-1","order_id":"o-1","accepted":true,"x":)" + std::string(depth, '[') +
         std::string(depth, ']') + "}";
}

} // namespace

TEST_CASE("the storm hears a fact as it was told", "[storm]") {
  const heard_fact heard =
      fact_in(R"({"id":"o-1/2","subject":"o-1","sequence":2,"type":"order.completed","data":{"n":1}})", true);
  CHECK(heard.id == "o-1/2");
  CHECK(heard.order == "o-1");
  CHECK(heard.sequence == 2);
  CHECK(heard.type == "order.completed");
  CHECK(heard.rest.find(R"("n":1)") != std::string::npos);
  CHECK(heard.redelivered);
}

TEST_CASE("an event that means nothing is of no order and no place, and the storm goes on", "[storm]") {
  for (const std::string& body :
       {std::string{}, std::string{"[]"}, std::string{"{"}, std::string{"\xff"}, std::string(100, '{'), deep_object()})
    CHECK(fact_in(body, false).order.empty());
  for (const char* sequence : {"-1", "1.5", "\"1\"", "null", "{}"})
    CHECK(fact_in(R"({"subject":"o-1","sequence":)" + std::string{sequence} + "}", false).sequence == 0);
}

TEST_CASE("a submitter hears an acceptance of its order, a refusal's code, or nothing that means anything", "[storm]") {
  CHECK(answer_in(R"({"order_id":"o-1","accepted":true})", "o-1") == heard_answer{.accepted = true});
  CHECK(answer_in(R"({"order_id":"o-1","accepted":false,"error":{"code":"UNKNOWN_SKU"}})", "o-1") ==
        heard_answer{.refusal = "UNKNOWN_SKU"});
  const heard_answer nothing{.refusal = "an answer that means nothing"};
  for (const std::string& body :
       {std::string{}, std::string{"7"}, std::string{"{}"}, std::string{R"({"order_id":"o-2","accepted":true})"},
        std::string{R"({"order_id":"o-1","accepted":"true"})"}, std::string{R"({"order_id":"o-1","accepted":false})"},
        std::string{R"({"order_id":"o-1","accepted":false,"error":"UNKNOWN_SKU"})"},
        std::string{R"({"order_id":"o-1","accepted":false,"error":{"code":7}})"}, deep_object()})
    CHECK(answer_in(body, "o-1") == nothing);
}

#include "workflows/wire/cloud_event.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "tests/workflows/wire/protocol_examples.hpp"
#include "workflows/checkout/acceptance.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

using json = nlohmann::json;

fact sample(std::uint64_t sequence, const std::string& type) {
  return {.order = order_id{"o-1001"},
          .saga = saga_id{"o-1001"},
          .sequence = sequence,
          .at = moment_from_rfc3339("2026-11-20T05:48:00.000Z").value(),
          .type = type};
}

} // namespace

TEST_CASE("a fact is told as the protocol's examples show it", "[wire][event]") {
  const protocol_examples examples{"event"};
  const saga begun = begin(checkout::checkout_saga, saga_id{"o-1001"}, order_id{"o-1001"}, sample(1, "").at);
  CHECK(json::parse(wire::to_cloud_event(checkout::accepted_fact(begun))) == examples.named("accepted"));

  fact refused = sample(2, "order.step.charge-payment.refused");
  refused.attempt = 1;
  refused.code = "INSUFFICIENT_FUND";
  refused.detail = "the balance is 100, the charge 500";
  CHECK(json::parse(wire::to_cloud_event(refused)) == examples.named("step refused"));

  fact ended = sample(3, "order.rolled_back");
  ended.code = "INSUFFICIENT_FUND";
  CHECK(json::parse(wire::to_cloud_event(ended)) == examples.named("rolled back"));

  fact held = sample(9, "order.held");
  held.detail = "die Prüfung: \"läuft\"";
  CHECK(json::parse(wire::to_cloud_event(held)) == examples.named("held"));
}

TEST_CASE("each fact has an id of its own, the same each time it is told", "[wire][event]") {
  std::set<std::string> ids;
  for (const std::uint64_t sequence : {1U, 2U, 12U, 112U}) {
    const fact f = sample(sequence, "order.held");
    CHECK(wire::cloud_event_id(f) == wire::cloud_event_id(f));
    CHECK(json::parse(wire::to_cloud_event(f)).at("id") == wire::cloud_event_id(f));
    ids.insert(wire::cloud_event_id(f));
  }
  CHECK(ids.size() == 4);
}

TEST_CASE("an operator's reason in broken bytes does not break the event", "[wire][event]") {
  fact held = sample(9, "order.held");
  held.detail = "caf\xe9 \x01 \xf0\x9f";
  const json event = json::parse(wire::to_cloud_event(held), nullptr, false);
  REQUIRE_FALSE(event.is_discarded());
  CHECK(event.at("data").at("detail").get<std::string>().starts_with("caf"));
}

} // namespace sagad::tests

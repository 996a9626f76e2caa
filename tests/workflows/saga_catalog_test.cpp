#include <chrono>
#include <type_traits>

#include <catch2/catch.hpp>

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/returns/return_saga.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::tests {

using namespace std::chrono_literals;
using checkout::checkout_saga;

TEST_CASE("the catalog finds what was added, by name and version", "[catalog]") {
  saga_catalog known;
  REQUIRE(known.add(checkout_saga));
  REQUIRE(known.add(returns::return_saga));
  REQUIRE(known.find("checkout", 1) != nullptr);
  CHECK(known.find("checkout", 1)->steps.size() == checkout_saga.steps.size());
  CHECK(known.find("return", 1)->name == "return");
  CHECK(known.find("checkout", 2) == nullptr);
  CHECK(known.find("wedding", 1) == nullptr);
}

TEST_CASE("the catalog knows steps and undos by their names", "[catalog]") {
  saga_catalog known;
  REQUIRE(known.add(checkout_saga));
  CHECK(known.knows_step("charge-payment"));
  CHECK(known.knows_step("withdraw-confirmation"));
  CHECK_FALSE(known.knows_step("inspect-goods"));
  CHECK_FALSE(known.knows_step("accept"));
}

TEST_CASE("no step has an empty name, though some have no undo", "[catalog]") {
  saga_catalog known;
  REQUIRE(known.add(checkout_saga));
  CHECK_FALSE(known.knows_step(""));
}

TEST_CASE("without settings a definition stays as written", "[catalog]") {
  saga_catalog known;
  REQUIRE(known.add(checkout_saga));
  const saga_step& charge = known.find("checkout", 1)->steps[0];
  CHECK(charge.reply_timeout == checkout_saga.steps[0].reply_timeout);
  CHECK(charge.retry.attempts_max == checkout_saga.steps[0].retry.attempts_max);
  CHECK(charge.request == checkout_saga.steps[0].request);
}

TEST_CASE("settings change what they name and nothing else", "[catalog]") {
  step_settings hasty;
  hasty.reply_timeout = 1'500ms;
  hasty.attempts = 7;
  hasty.backoff_initial = 10ms;
  hasty.backoff_max = 50ms;
  hasty.total_timeout = 1min;
  saga_catalog known;
  REQUIRE(known.add(checkout_saga, {{"charge-payment", hasty}, {"no-such-step", hasty}}));
  const saga_step& charge = known.find("checkout", 1)->steps[0];
  CHECK(charge.reply_timeout == 1'500ms);
  CHECK(charge.retry.attempts_max == 7);
  CHECK(charge.retry.backoff_initial == 10ms);
  CHECK(charge.retry.backoff_max == 50ms);
  CHECK(charge.retry.total_timeout == 1min);
  CHECK(charge.undo.reply_timeout == checkout_saga.steps[0].undo.reply_timeout);
  CHECK(known.find("checkout", 1)->steps[1].reply_timeout == checkout_saga.steps[1].reply_timeout);
}

TEST_CASE("an undo is set by its own name", "[catalog]") {
  step_settings hasty;
  hasty.reply_timeout = 1'500ms;
  hasty.attempts = 99;
  saga_catalog known;
  REQUIRE(known.add(checkout_saga, {{"refund-payment", hasty}}));
  const saga_step& charge = known.find("checkout", 1)->steps[0];
  CHECK(charge.undo.reply_timeout == 1'500ms);
  CHECK(charge.undo.retry.attempts_max == 99);
  CHECK(charge.reply_timeout == checkout_saga.steps[0].reply_timeout);
}

TEST_CASE("a longer first pause lifts the cap, unless the cap was set too", "[catalog]") {
  step_settings slow;
  slow.backoff_initial = 5min;
  saga_catalog known;
  REQUIRE(known.add(checkout_saga, {{"charge-payment", slow}}));
  CHECK(known.find("checkout", 1)->steps[0].retry.backoff_max == 5min);
  slow.backoff_max = 1min;
  CHECK_FALSE(saga_catalog{}.add(checkout_saga, {{"charge-payment", slow}}));
}

TEST_CASE("settings that make no sense are refused, naming the step", "[catalog]") {
  const auto refusal_of = [](std::string_view name, auto spoil) {
    settings_by_step settings;
    spoil(settings[std::string{name}]);
    const auto added = saga_catalog{}.add(checkout_saga, settings);
    REQUIRE_FALSE(added);
    return added.error();
  };
  using Catch::Contains;
  CHECK_THAT(refusal_of("charge-payment", [](auto& s) { s.attempts = 0; }), Contains("charge-payment"));
  CHECK_THAT(refusal_of("charge-payment", [](auto& s) { s.reply_timeout = 0ms; }), Contains("charge-payment"));
  CHECK_THAT(refusal_of("charge-payment", [](auto& s) { s.backoff_initial = -1ms; }), Contains("charge-payment"));
  CHECK_THAT(refusal_of("notify-customer", [](auto& s) { s.total_timeout = -1ms; }), Contains("notify-customer"));
  CHECK_THAT(refusal_of("refund-payment", [](auto& s) { s.attempts = -5; }), Contains("refund-payment"));
}

TEST_CASE("a refused definition is not known", "[catalog]") {
  step_settings none;
  none.attempts = 0;
  saga_catalog known;
  REQUIRE_FALSE(known.add(checkout_saga, {{"charge-payment", none}}));
  CHECK(known.find("checkout", 1) == nullptr);
}

TEST_CASE("what the catalog handed out stays good while it grows and moves", "[catalog]") {
  saga_catalog first;
  REQUIRE(first.add(checkout_saga));
  const definition* handed_out = first.find("checkout", 1);
  for (int i = 0; i < 100; ++i)
    REQUIRE(first.add(returns::return_saga));
  const saga_catalog second = std::move(first);
  CHECK(second.find("checkout", 1) == handed_out);
  CHECK(handed_out->steps[4].name == "notify-customer");
}

TEST_CASE("a catalog names whom its definitions ask, each once", "[catalog]") {
  saga_catalog known;
  CHECK(known.participants().empty());
  REQUIRE(known.add(checkout_saga));
  REQUIRE(known.add(returns::return_saga));
  CHECK(known.participants() == std::vector<std::string>{"payment", "inventory", "delivery", "orders", "notification",
                                                         "carrier", "warehouse", "returns-desk"});
}

TEST_CASE("a catalog is not copied: the copy's definitions would point into the original", "[catalog]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<saga_catalog>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<saga_catalog>);
}

} // namespace sagad::tests

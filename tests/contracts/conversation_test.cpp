#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

/// What a participant must answer, whoever wrote it: tools/examples/ is held to the same file.
json payment_script() {
  const auto root = std::filesystem::path{__FILE__}.parent_path() / ".." / "..";
  std::ifstream in{root / "deploy" / "protocol" / "conversations" / "payment.json"};
  REQUIRE(in.is_open());
  return json::parse(in);
}

ledger_command command_in(const json& asked, const std::string& step) {
  return {.idempotency_key = idempotency_key(saga_id{asked.at("order")}, step),
          .participant = "payment",
          .what = action_from(asked.at("ask").get<std::string>()).value(),
          .on = charge_of(asked.at("amount").get<checkout::money>(), asked.at("customer"))};
}

} // namespace

TEMPLATE_TEST_CASE("payment answers as the protocol's conversations expect", "[inbox][protocol]", on_memory,
                   on_sqlite) {
  const json script = payment_script();
  auto options = shop::usual();
  options.initial_credit = script.at("initial_credit");
  for (const auto& [name, conversation] : script.at("conversations").items()) {
    shop s = shop_on<TestType>(options);
    for (const json& asked : conversation) {
      INFO(name << ": " << asked);
      const auto said = s.answer(command_in(asked, script.at("step")));
      CHECK(to_string(said.outcome) == asked.at("answer").get<std::string>());
      CHECK(said.code == asked.value("code", ""));
      CHECK(said.detail == asked.value("detail", ""));
      if (asked.contains("balance"))
        CHECK(s.balance(asked.at("customer")) == asked.at("balance").get<checkout::money>());
    }
  }
}

} // namespace sagad::tests

#include "workflows/wire/reply_codec.hpp"

#include <catch2/catch.hpp>

#include "tests/workflows/wire/protocol_examples.hpp"

namespace sagad::tests {

namespace {

constexpr auto third_do = "o-1001/charge-payment/do/3";

reply sample() {
  reply r;
  r.saga = saga_id{"o-1001"};
  r.step = "charge-payment";
  r.attempt = 3;
  r.outcome = reply_outcome::succeeded;
  return r;
}

/// The correlation id of the question that the message says it answers, asked the third time.
std::string correlation_of(const json& message) {
  return message.value("saga_id", "o-1001") + '/' + message.value("step", "charge-payment") + '/' +
         message.value("action", "do") + "/3";
}

reply taken(const std::string& message, const std::string& correlation_id) {
  auto r = wire::reply_from(message, correlation_id);
  INFO(message.substr(0, 200));
  if (!r)
    FAIL(r.error().code << ": " << r.error().message);
  return std::move(*r);
}

std::string refusal_of(const std::string& message, const std::string& correlation_id = third_do) {
  const auto r = wire::reply_from(message, correlation_id);
  REQUIRE_FALSE(r.has_value());
  return said(r.error());
}

std::string with(const std::string& field, json value) {
  json message = json::parse(wire::to_message(sample()));
  message[field] = std::move(value);
  return message.dump();
}

} // namespace

TEST_CASE("an answer is written as the protocol's examples show it", "[wire][reply]") {
  const protocol_examples examples{"reply"};
  CHECK(json::parse(wire::to_message(sample())) == examples.named("succeeded"));
  auto no = sample();
  no.outcome = reply_outcome::refused;
  no.code = "INSUFFICIENT_FUND";
  no.detail = "the balance is 100, the charge 500";
  CHECK(json::parse(wire::to_message(no)) == examples.named("refused"));
}

TEST_CASE("each of the protocol's answers is read, with the attempt of its correlation id", "[wire][reply]") {
  const protocol_examples examples{"reply"};
  for (const auto& [name, message] : examples.good().items()) {
    INFO(name);
    const reply read = taken(message.dump(), correlation_of(message));
    CHECK(read.attempt == 3);
    json again = json::parse(wire::to_message(read));
    for (const auto& [field, value] : message.items())
      CHECK(again.at(field) == value);
  }
  const reply brief = taken(examples.named("short").dump(), third_do);
  CHECK(brief.code.empty());
  CHECK(brief.detail.empty());
  CHECK(brief.result.is_null());
}

TEST_CASE("an answer that breaks the protocol is refused by the field's name", "[wire][reply]") {
  for (const auto& each : protocol_examples{"reply"}.refused()) {
    INFO(each.name);
    CHECK(refusal_of(each.text, correlation_of(json::parse(each.text))) == each.says);
  }
  CHECK(refusal_of(with("idempotency_key", "o-1001/refund-payment")) == "KEY_MISMATCH at idempotency_key");
  CHECK(refusal_of("nonsense") == "MALFORMED_JSON");
}

TEST_CASE("an answer counts only for the question whose correlation id it has", "[wire][reply]") {
  const std::string message = wire::to_message(sample());
  CHECK(taken(message, "o-1001/charge-payment/do/1").attempt == 1);
  for (const auto* other :
       {"", "o-1002/charge-payment/do/3", "o-1001/reserve-inventory/do/3", "o-1001/charge-payment/undo/3",
        "o-1001/charge-payment/do/0", "o-1001/charge-payment/do", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"})
    CHECK(refusal_of(message, other) == "CORRELATION_MISMATCH at correlation_id");
}

TEST_CASE("an answer is bounded; a detail of ours that is too long is cut between characters", "[wire][reply]") {
  const std::string empty = with("result", "");
  const std::string full = with("result", std::string(wire::reply_bytes_max - empty.size(), 'r'));
  CHECK(taken(full, third_do).result.get<std::string>().size() == wire::reply_bytes_max - empty.size());
  CHECK(refusal_of(full + ' ') == "TOO_LARGE");

  auto wordy = sample();
  for (std::size_t i = 0; i < wire::reply_detail_length_max; ++i)
    wordy.detail += "é";
  CHECK(taken(wire::to_message(wordy), third_do).detail == wordy.detail);
  CHECK(refusal_of(with("detail", wordy.detail + 'x')) == "OUT_OF_RANGE at detail");
  const std::string kept = wordy.detail;
  wordy.detail += "éé";
  CHECK(taken(wire::to_message(wordy), third_do).detail == kept);
}

} // namespace sagad::tests

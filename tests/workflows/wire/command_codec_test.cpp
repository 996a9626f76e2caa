#include "workflows/wire/command_codec.hpp"

#include <catch2/catch.hpp>

#include "tests/workflows/wire/protocol_examples.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

namespace {

command sample() {
  command c;
  c.saga = saga_id{"o-1001"};
  c.order = order_id{"o-1001"};
  c.step = "charge-payment";
  c.idempotency_key = "o-1001/charge-payment";
  c.deadline = moment_from_rfc3339("2026-11-20T05:48:03.000Z").value();
  c.payload = {{"customer_id", "alice"}, {"amount", 500}};
  return c;
}

void check_same(const command& read, const command& written) {
  CHECK(read.saga == written.saga);
  CHECK(read.order == written.order);
  CHECK(read.step == written.step);
  CHECK(read.what == written.what);
  CHECK(read.idempotency_key == written.idempotency_key);
  CHECK(read.attempt == written.attempt);
  CHECK(read.deadline == written.deadline);
  CHECK(read.payload == written.payload);
  CHECK(read.injected.has_value() == written.injected.has_value());
  CHECK(read.participant.empty());
}

command taken(const std::string& message) {
  auto c = wire::command_from(message);
  INFO(message.substr(0, 200));
  if (!c)
    FAIL(c.error().code << ": " << c.error().message);
  return std::move(*c);
}

std::string refusal_of(const std::string& message) {
  const auto c = wire::command_from(message);
  REQUIRE_FALSE(c.has_value());
  return said(c.error());
}

/// The sample's message with one field changed.
std::string with(const std::string& field, json value) {
  json message = json::parse(wire::to_message(sample()));
  message[field] = std::move(value);
  return message.dump();
}

} // namespace

TEST_CASE("a command is written as the protocol's examples show it", "[wire][command]") {
  const protocol_examples examples{"command"};
  CHECK(json::parse(wire::to_message(sample())) == examples.named("do"));
  auto asked = sample();
  asked.injected = fault{.step = "refund-payment", .kind = fault_kind::refuse, .times = 2, .code = "INSUFFICIENT_FUND"};
  CHECK(json::parse(wire::to_message(asked)) == examples.named("with fault"));
  asked.injected = fault{.step = "charge-payment", .kind = fault_kind::stall, .delay = milliseconds{50}};
  CHECK(json::parse(wire::to_message(asked)) == examples.named("with delay"));
}

TEST_CASE("each of the protocol's commands is read, and written again as it was", "[wire][command]") {
  const protocol_examples examples{"command"};
  for (const auto& [name, message] : examples.good().items()) {
    INFO(name);
    const command read = taken(message.dump());
    CHECK(json::parse(wire::to_message(read)) == message);
    check_same(read, taken(wire::to_message(read)));
  }
}

TEST_CASE("a command that breaks the protocol is refused by the field's name", "[wire][command]") {
  for (const auto& each : protocol_examples{"command"}.refused()) {
    INFO(each.name);
    CHECK(refusal_of(each.text) == each.says);
  }
  CHECK(refusal_of(with("idempotency_key", "o-1001/refund-payment")) == "KEY_MISMATCH at idempotency_key");
  CHECK(refusal_of(with("idempotency_key", "o-1002/charge-payment")) == "KEY_MISMATCH at idempotency_key");
  CHECK(refusal_of(with("deadline", "2026-02-30T00:00:00.000Z")) == "INVALID_TIME at deadline");
  CHECK(refusal_of(with("attempt", 2'147'483'648)) == "OUT_OF_RANGE at attempt");
  CHECK(refusal_of(with("attempt", 1.0)) == "WRONG_TYPE at attempt");
  CHECK(refusal_of(with("fault", "kill")) == "WRONG_TYPE at fault");
  CHECK(refusal_of(with("fault", {{"kind", "kill"}, {"ms", 5}})) == "UNKNOWN_FIELD at fault.ms");
  CHECK(refusal_of("[]") == "WRONG_TYPE");
  CHECK(refusal_of("") == "MALFORMED_JSON");
  CHECK(refusal_of(R"({"saga_id":"a","saga_id":"b"})") == "DUPLICATE_FIELD at saga_id");
}

TEST_CASE("a command is bounded in size and depth, and any payload within travels unchanged", "[wire][command]") {
  json deep = 1;
  for (int i = 0; i < 31; ++i)
    deep = json::array({deep});
  CHECK(taken(with("payload", deep)).payload == deep);
  CHECK(refusal_of(with("payload", json::array({deep}))).starts_with("TOO_DEEP at payload"));

  for (const json& payload : {json(), json("žluťoučký \"kůň\"\n"), json(-1.5), json::array()})
    CHECK(taken(with("payload", payload)).payload == payload);

  const std::string empty = with("payload", "");
  const std::string full = with("payload", std::string(wire::command_bytes_max - empty.size(), 'p'));
  CHECK(full.size() == wire::command_bytes_max);
  CHECK(taken(full).step == "charge-payment");
  CHECK(refusal_of(full + ' ') == "TOO_LARGE");
}

TEST_CASE("an undo is known under the step's name, its key the do's", "[wire][command]") {
  const definition& def = checkout::checkout_saga;
  saga s = begin(def, saga_id{"o-1001"}, order_id{"o-1001"}, moment{});
  s.asking = action::undo;
  const json input = {{"customer_id", "alice"}, {"total", 500}};
  const json message = json::parse(wire::to_message(command_for(def, s, input, {})));
  CHECK(name_of(def, s) == "refund-payment");
  CHECK(message.at("step") == "charge-payment");
  CHECK(message.at("action") == "undo");
  CHECK(message.at("idempotency_key") == "o-1001/charge-payment");
}

} // namespace sagad::tests

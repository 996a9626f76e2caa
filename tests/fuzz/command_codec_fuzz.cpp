// Throws arbitrary bytes at the reader of commands. What it takes must be in bounds, and must read back the same when
// it is written again; what it refuses must have a code and a plain sentence.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/correlation_id.hpp"

namespace {

using namespace sagad;
using sagad::fuzz::insist;

constexpr auto good = R"({"saga_id":"o-1","order_id":"o-1","step":"pay","action":"do","idempotency_key":"o-1/pay",)"
                      R"("attempt":1,"deadline":"2026-11-20T05:48:03.000Z","payload":{"amount":5,"of":["é",null]},)"
                      R"("fault":{"kind":"stall","ms":50}})";

void check_taken(const command& c) {
  insist(is_valid_id(c.saga.value) && is_valid_id(c.order.value) && is_valid_id(c.step));
  insist(c.attempt >= 1 && c.idempotency_key == idempotency_key(c.saga, c.step));

  const std::string message = wire::to_message(c);
  const auto again = wire::command_from(message);
  insist(again.has_value() && wire::to_message(*again) == message && again->payload == c.payload);

  const auto asked = wire::correlation_from(wire::correlation_id_of(c));
  insist(asked && asked->saga == c.saga && asked->step == c.step && asked->attempt == c.attempt);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = wire::command_from(fuzz::patched(good, data, size));
  if (read)
    check_taken(*read);
  else
    insist(!read.error().code.empty() && read.error().message.ends_with('.'));
  return 0;
}

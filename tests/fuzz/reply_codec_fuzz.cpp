// Throws arbitrary bytes at the reader of participants' answers: a correlation id, a line feed, a body. What it takes
// must be in bounds, and must read back the same when it is written again; what it refuses must have a code and a plain
// sentence.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace {

using namespace sagad;
using sagad::fuzz::insist;

constexpr auto good = "o-1/pay/do/3\n"
                      R"({"saga_id":"o-1","step":"pay","action":"do","idempotency_key":"o-1/pay",)"
                      R"("outcome":"refused","code":"NO_MONEY","detail":"naïve","result":{"n":[1e5,"x"]}})";

void check_taken(const reply& r, std::string_view correlation_id) {
  insist(is_valid_id(r.saga.value) && is_valid_id(r.step) && r.attempt >= 1);
  insist(r.outcome != reply_outcome::undelivered && (r.outcome != reply_outcome::refused || is_valid_id(r.code)));
  insist(r.code.size() <= id_length_max && r.detail.find('\0') == std::string::npos);

  const std::string message = wire::to_message(r);
  if (message.size() > wire::reply_bytes_max)
    return; // a number such as 1e99 is longer when it is written out
  const auto again = wire::reply_from(message, correlation_id);
  insist(again.has_value() && wire::to_message(*again) == message && again->result == r.result);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string patched = fuzz::patched(good, data, size);
  const std::string_view input = patched;
  const std::size_t line_end = input.find('\n');
  const std::string_view correlation_id = input.substr(0, line_end);
  const std::string_view body = line_end == std::string_view::npos ? std::string_view{} : input.substr(line_end + 1);
  const auto read = wire::reply_from(body, correlation_id);
  if (read)
    check_taken(*read, correlation_id);
  else
    insist(!read.error().code.empty() && read.error().message.ends_with('.'));
  return 0;
}

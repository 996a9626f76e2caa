// Throws arbitrary bytes at the reader of broker URLs. What it takes must be usable and show no password; what it
// refuses must say so in a sentence.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/rabbitmq/broker_url.hpp"
#include "tests/fuzz/insist.hpp"

using sagad::fuzz::insist;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = sagad::rabbitmq::parse_broker_url(text);
  if (!read) {
    insist(!read.error().empty());
    return 0;
  }
  insist(!read->empty());
  for (sagad::rabbitmq::endpoint e : *read) {
    insist(!e.host.empty() && e.port != 0);
    const std::string shown = to_text(e);
    e.password += "!";
    insist(to_text(e) == shown);
  }
  return 0;
}

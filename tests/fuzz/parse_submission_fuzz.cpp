// Throws arbitrary bytes at the parser of submissions. What it takes must be in bounds, and its canonical text
// must read back as the same submission; what it refuses must have a code and a plain sentence.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "workflows/checkout/order.hpp"

namespace {

using namespace sagad::checkout;
using sagad::fuzz::insist;

void check_taken(const submission& s) {
  insist(sagad::is_valid_id(s.customer.value) && (s.order.value.empty() || sagad::is_valid_id(s.order.value)));
  insist(!s.lines.empty() && s.lines.size() <= order_lines_max && s.faults.size() <= order_faults_max);
  for (const order_line& line : s.lines)
    insist(sagad::is_valid_id(line.item.value) && line.count >= 1 && line.count <= amount_max &&
           line.unit_price.value_or(0) >= 0);

  const auto again = parse_submission(canonical_text(s));
  insist(again.has_value() && *again == s);

  const auto priced = price_order(
      s, [](const sagad::sku& item) { return std::optional{static_cast<money>(item.value.size()) * 1'000'000'007}; });
  if (priced)
    insist(total_of(*priced) >= 0 && total_of(*priced) <= amount_max && faults_of(*priced) == s.faults);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = parse_submission({reinterpret_cast<const char*>(data), size});
  if (parsed)
    check_taken(*parsed);
  else
    insist(!parsed.error().code.empty() && parsed.error().message.ends_with('.'));
  return 0;
}

// Throws arbitrary bytes at the reader of stored sagas: a damaged row must be told, and what is taken must be written
// as it was read.

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/insist.hpp"
#include "tests/fuzz/patched.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_codec.hpp"
#include "workflows/saga_machine.hpp"

namespace {

using namespace sagad;
using sagad::fuzz::insist;

saga new_saga() { return begin(checkout::checkout_saga, saga_id{"o-1"}, order_id{"o-1"}, moment{milliseconds{1'000}}); }

/// What the store keeps of it beside its progress.
saga columns_of(saga s) {
  s.steps.clear();
  return s;
}

std::string progress_of(const saga& s) {
  std::string text;
  append_progress(text, s);
  return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string good = progress_of(new_saga());
  const auto read = with_progress(columns_of(new_saga()), "charge-payment", fuzz::patched(good, data, size));
  if (!read) {
    insist(!read.error().detail.empty());
    return 0;
  }
  const std::string once = progress_of(*read);
  const auto again = with_progress(columns_of(*read), current_step(*read), once);
  insist(again.has_value() && progress_of(*again) == once);
  return 0;
}

// Throws arbitrary bytes at the reader of operators' queries. What it takes must be in bounds; what it refuses must
// name a place within the text.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "workflows/operations/query.hpp"

using sagad::fuzz::insist;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = sagad::operations::parse_query(text);
  if (read)
    insist(text.size() <= sagad::operations::query_length_max &&
           read->terms.size() <= sagad::operations::query_terms_max);
  else
    insist(!read.error().message.empty() && read.error().position <= text.size());
  return 0;
}

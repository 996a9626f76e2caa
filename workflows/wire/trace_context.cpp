#include "workflows/wire/trace_context.hpp"

#include <cstddef>

namespace sagad::wire {

namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

} // namespace

bool is_traceparent(std::string_view text) {
  constexpr std::size_t trace_at = 3, parent_at = 36, flags_at = 53, size = 55;
  if (text.size() != size || text[trace_at - 1] != '-' || text[parent_at - 1] != '-' || text[flags_at - 1] != '-')
    return false;
  const std::string_view version = text.substr(0, 2);
  return is_hex(version) && version != "ff" && is_id(text.substr(trace_at, 32)) && is_id(text.substr(parent_at, 16)) &&
         is_hex(text.substr(flags_at));
}

} // namespace sagad::wire

#include "tools/sagactl/for_terminal.hpp"

#include <cstddef>

namespace sagad::ctl {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool is_between(unsigned char low, unsigned char x, unsigned char high) { return low <= x && x <= high; }

/// How many bytes of UTF-8 at the text's beginning make a character that is not shown; 0: it is shown.
std::size_t length_of_hidden(std::string_view text) {
  const unsigned char first = byte_at(text, 0), second = byte_at(text, 1), third = byte_at(text, 2);
  if (first < ' ' || first == 0x7f)
    return 1;
  if (first == 0xc2 && is_between(0x80, second, 0x9f)) // U+0080 to U+009F
    return 2;
  const bool turns = (first == 0xe2 && second == 0x80 && is_between(0xaa, third, 0xae)) || // U+202A to U+202E
                     (first == 0xe2 && second == 0x80 && is_between(0x8e, third, 0x8f)) || // U+200E, U+200F
                     (first == 0xe2 && second == 0x81 && is_between(0xa6, third, 0xa9));   // U+2066 to U+2069
  return turns ? 3 : 0;
}

} // namespace

std::string for_terminal(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t hidden = length_of_hidden(text);
    shown += hidden == 0 ? text.front() : '?';
    text.remove_prefix(hidden == 0 ? 1 : hidden);
  }
  return shown;
}

} // namespace sagad::ctl

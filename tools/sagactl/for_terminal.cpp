#include "tools/sagactl/for_terminal.hpp"

#include <cstddef>

namespace sagad::ctl {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool is_between(unsigned char low, unsigned char x, unsigned char high) { return low <= x && x <= high; }

/// How many bytes the character at the text's beginning has; 0: it is no UTF-8.
std::size_t length_of_character(std::string_view text) {
  const unsigned char first = byte_at(text, 0);
  const std::size_t length = first < 0x80                    ? 1
                             : is_between(0xc2, first, 0xdf) ? 2
                             : is_between(0xe0, first, 0xef) ? 3
                             : is_between(0xf0, first, 0xf4) ? 4
                                                             : 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_between(0x80, byte_at(text, i), 0xbf))
      return 0;
  return length;
}

bool is_hidden(std::string_view character) {
  const unsigned char first = byte_at(character, 0), second = byte_at(character, 1), third = byte_at(character, 2);
  if (first < ' ' || first == 0x7f)
    return true;
  if (first == 0xc2 && is_between(0x80, second, 0x9f)) // U+0080 to U+009F
    return true;
  return (first == 0xe2 && second == 0x80 && is_between(0xaa, third, 0xae)) || // U+202A to U+202E
         (first == 0xe2 && second == 0x80 && is_between(0x8e, third, 0x8f)) || // U+200E, U+200F
         (first == 0xe2 && second == 0x81 && is_between(0xa6, third, 0xa9));   // U+2066 to U+2069
}

} // namespace

std::string for_terminal(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = length_of_character(text);
    const std::string_view character = text.substr(0, length);
    if (length == 0 || is_hidden(character))
      shown += '?';
    else
      shown += character;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return shown;
}

} // namespace sagad::ctl

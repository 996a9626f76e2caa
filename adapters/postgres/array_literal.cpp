#include "adapters/postgres/array_literal.hpp"

#include <algorithm>
#include <array>

namespace sagad::postgres {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD in UTF-8

/// An object, so that the search calls nothing for each character.
constexpr auto is_plain = [](char c) {
  return c != '"' && c != '\\' && c != '\0' && static_cast<unsigned char>(c) < 0x80;
};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The length of the well-formed character that `text` begins with, zero when there is none. As in table 3-7 of the
/// Unicode standard: no overlong forms, no surrogates, nothing beyond U+10FFFF.
std::size_t character_at(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(0);
  const unsigned second = byte(1);
  const auto rest_continues = [text](std::size_t from, std::size_t length) {
    return text.size() >= length && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                                                text.begin() + static_cast<std::ptrdiff_t>(length), is_continuation);
  };
  if (lead >= 0xC2 && lead <= 0xDF)
    return rest_continues(1, 2) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return second >= low && second <= high && rest_continues(2, 3) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high && rest_continues(2, 4) ? 4 : 0;
  }
  return 0;
}

/// Appends what `rest` begins with, escaped; returns how many bytes of it that was.
std::size_t append_escaped(std::string& out, std::string_view rest) {
  const char c = rest.front();
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
    return 1;
  }
  const std::size_t length = character_at(rest);
  out += length == 0 ? replacement : rest.substr(0, length);
  return std::max(length, std::size_t{1});
}

} // namespace

std::string storable(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const bool is_ascii = text.front() != '\0' && static_cast<unsigned char>(text.front()) < 0x80;
    const std::size_t length = is_ascii ? 1 : character_at(text);
    kept += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(std::max(length, std::size_t{1}));
  }
  return kept;
}

void array_literal::separate() {
  text_ += size_ == 0 ? '{' : ',';
  ++size_;
}

void array_literal::add_plain(std::string_view word) {
  separate();
  text_ += word;
}

void array_literal::add(std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  add_plain({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void array_literal::add(std::string_view text) {
  separate();
  text_ += '"';
  while (!text.empty()) {
    const auto plain_end = std::find_if_not(text.begin(), text.end(), is_plain);
    const auto plain = static_cast<std::size_t>(plain_end - text.begin());
    text_ += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty())
      text.remove_prefix(append_escaped(text_, text));
  }
  text_ += '"';
}

void array_literal::add_bytes(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  separate();
  text_ += R"("\\x)";
  for (const char c : bytes) {
    text_ += hex[static_cast<unsigned char>(c) >> 4U];
    text_ += hex[static_cast<unsigned char>(c) & 0xFU];
  }
  text_ += '"';
}

} // namespace sagad::postgres

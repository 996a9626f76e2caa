#include "workflows/json_text.hpp"

#include <algorithm>
#include <charconv>

namespace sagad {

namespace {

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

bool is_plain(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

} // namespace

void append_string(std::string& text, std::string_view s) {
  if (!is_plain(s)) {
    text += dumped(s);
    return;
  }
  text += '"';
  text += s;
  text += '"';
}

void append_number(std::string& text, std::int64_t number) {
  constexpr std::size_t digits_max = 20;
  const std::size_t before = text.size();
  text.resize(before + digits_max);
  const auto written = std::to_chars(text.data() + before, text.data() + text.size(), number);
  text.resize(static_cast<std::size_t>(written.ptr - text.data()));
}

/// Most are a few plain words.
void append_json(std::string& text, const json& value) {
  if (value.is_string())
    return append_string(text, value.get_ref<const std::string&>());
  if (!value.is_object() || value.empty())
    return void(text += dumped(value));
  char before = '{';
  for (auto field = value.begin(); field != value.end(); ++field) {
    text += before;
    before = ',';
    append_string(text, field.key());
    text += ':';
    append_json(text, *field);
  }
  text += '}';
}

} // namespace sagad

#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace sagad::postgres {

/// JSON texts as one parameter, a line each: `string_to_table($1, chr(10))` has them back. In an array's own text each
/// quotation mark would be escaped here and unescaped there, which cost more than anything else in a commit.
class json_lines {
public:
  /// A text without indentation: whatever breaks a line inside of it is escaped. Throws std::logic_error otherwise.
  void add(std::string_view text) {
    if (text.find('\n') != std::string_view::npos)
      throw std::logic_error{"a JSON text of several lines"};
    if (!is_first_)
      text_ += '\n';
    is_first_ = false;
    text_ += text;
  }

  const std::string& text() const { return text_; }

private:
  std::string text_;
  bool is_first_ = true;
};

} // namespace sagad::postgres

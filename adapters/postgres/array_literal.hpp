#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/moment.hpp"

namespace sagad::postgres {

/// The text of an SQL array, as PostgreSQL's array input reads it: `{"a","b \"quoted\"",NULL}`. It is passed as a
/// parameter and cast there (`$1::text[]`), because libpqxx 6 knows no array parameters.
///
/// PostgreSQL keeps no NUL and nothing that is no UTF-8 in a text: such bytes become U+FFFD. They cannot be part of
/// any valid id; they may come in what a participant says about an error.
class array_literal {
public:
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view{text}); }
  void add(const char* text) { add(std::string_view{text}); }
  void add(std::int64_t number);
  void add(std::uint64_t number) { add(static_cast<std::int64_t>(number)); }
  void add(int number) { add(std::int64_t{number}); }
  void add(bool truth) { add_plain(truth ? "t" : "f"); }
  void add(moment at) { add(std::int64_t{at.time_since_epoch().count()}); }
  void add(std::nullopt_t) { add_plain("NULL"); }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value)
      add(*value);
    else
      add(std::nullopt);
  }
  /// For `bytea[]`: any bytes.
  void add_bytes(std::string_view bytes);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The whole literal.
  std::string text() const { return size_ == 0 ? "{}" : text_ + '}'; }

private:
  void separate();
  void add_plain(std::string_view word);

  std::string text_;
  std::size_t size_ = 0;
};

/// The same for a text that is a parameter by itself.
std::string storable(std::string_view text);

} // namespace sagad::postgres

#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/sqlite/statement.hpp"
#include "workflows/moment.hpp"

namespace sagad::sqlite {

/// A copy of a row, to be read when the cursor has moved on, by any thread.
template <std::size_t Columns>
class kept_row {
public:
  explicit kept_row(const row& r) {
    for (std::size_t i = 0; i < Columns; ++i)
      if (!r.is_null(static_cast<int>(i)))
        columns_[i] = r.text(static_cast<int>(i));
  }

  bool is_null(int column) const { return !at(column); }
  std::string_view view(int column) const { return at(column) ? *at(column) : std::string_view{}; }
  std::string text(int column) const { return std::string{view(column)}; }
  /// As SQLite reads a text as a number: zero where it is none.
  std::int64_t integer(int column) const {
    std::int64_t number = 0;
    const std::string_view digits = view(column);
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
  }
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  moment time(int column) const { return moment{milliseconds{integer(column)}}; }
  std::optional<moment> maybe_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
  }

private:
  const std::optional<std::string>& at(int column) const { return columns_.at(static_cast<std::size_t>(column)); }

  std::array<std::optional<std::string>, Columns> columns_;
};

} // namespace sagad::sqlite

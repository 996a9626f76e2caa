#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pqxx/result>
#include <pqxx/row>

#include "adapters/postgres/failure.hpp"
#include "workflows/moment.hpp"
#include "workflows/ports/stored_numbers.hpp"

namespace sagad::postgres {

/// One row of a result, column by column. Holds on to its result: libpqxx returns rows by value, and a reference to one
/// would dangle where it is named.
class row {
public:
  explicit row(const pqxx::row& r) : row_(r) {}

  bool is_null(int column) const { return field(column).is_null(); }
  std::string_view view(int column) const {
    const pqxx::field f = field(column);
    return {f.c_str(), f.size()};
  }
  std::string text(int column) const { return std::string{view(column)}; }
  bool truth(int column) const { return view(column) == "t"; }
  std::int64_t integer(int column) const {
    const std::string_view digits = view(column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size())
      throw failure{store_error::kind::corrupt, "the store holds '" + text(column) + "' where a number should be"};
    return number;
  }
  std::uint64_t count(int column) const { return counted(integer(column)); }
  moment time(int column) const { return timed(integer(column)); }
  std::optional<moment> maybe_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
  }
  std::optional<std::uint64_t> maybe_count(int column) const {
    return is_null(column) ? std::nullopt : std::optional{count(column)};
  }

private:
  pqxx::field field(int column) const { return row_[static_cast<pqxx::row::size_type>(column)]; }

  pqxx::row row_;
};

/// Shows `on_row` each row of a result.
template <class OnRow>
void each(const pqxx::result& rows, OnRow&& on_row) {
  for (const pqxx::row& r : rows)
    on_row(row{r});
}

} // namespace sagad::postgres

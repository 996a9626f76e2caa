#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/ports/stored_numbers.hpp"

namespace sagad::tests {

/// A row of a store that anybody may have written: a `Row` as in stored_rows.hpp, without a store.
class written_row {
public:
  using column = std::optional<std::string>;

  explicit written_row(std::vector<column> columns) : columns_(std::move(columns)) {}

  bool is_null(int at) const { return !columns_.at(static_cast<std::size_t>(at)).has_value(); }
  std::string_view view(int at) const {
    const column& c = columns_.at(static_cast<std::size_t>(at));
    return c ? std::string_view{*c} : std::string_view{};
  }
  std::string text(int at) const { return std::string{view(at)}; }
  std::int64_t integer(int at) const {
    std::int64_t number = 0;
    std::from_chars(view(at).data(), view(at).data() + view(at).size(), number);
    return number;
  }
  std::uint64_t count(int at) const { return counted(integer(at)); }
  moment time(int at) const { return timed(integer(at)); }
  std::optional<moment> maybe_time(int at) const { return is_null(at) ? std::nullopt : std::optional{time(at)}; }

private:
  std::vector<column> columns_;
};

} // namespace sagad::tests

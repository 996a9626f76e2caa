#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sagad {

/// A name that somebody else chose. Each kind is a type of its own, so that a customer never stands where an
/// order should. A value: owns its text; knows no thread.
template <class Tag>
struct id_of {
  std::string value;

  id_of() = default;
  explicit id_of(std::string text) : value(std::move(text)) {}

  friend auto operator<=>(const id_of&, const id_of&) = default; // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};

using saga_id = id_of<struct saga_tag>;
using order_id = id_of<struct order_tag>;
using customer_id = id_of<struct customer_tag>;
using sku = id_of<struct sku_tag>;

inline constexpr std::size_t id_length_max = 128;

/// True for 1-128 characters of `A-Z a-z 0-9 . _ : -`. `/` is left out on purpose: keys are joined with it.
constexpr bool is_valid_id(std::string_view text) {
  if (text.empty() || text.size() > id_length_max)
    return false;
  for (const char c : text) {
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                         c == '_' || c == ':' || c == '-';
    if (!allowed)
      return false;
  }
  return true;
}

} // namespace sagad

template <class Tag>
struct std::hash<sagad::id_of<Tag>> {
  std::size_t operator()(const sagad::id_of<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};

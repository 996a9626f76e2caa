#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "workflows/moment.hpp"

namespace sagad::postgres {

/// A parameter that may be null, as libpqxx 6 takes it: `value`, as long as this lives.
struct maybe {
  explicit maybe(std::optional<std::int64_t> n)
      : text(n ? std::to_string(*n) : std::string{}), value(n ? text.c_str() : nullptr) {}
  explicit maybe(std::optional<std::string> t)
      : text(t ? *std::move(t) : std::string{}), value(t ? text.c_str() : nullptr) {}
  maybe(const maybe&) = delete;
  maybe& operator=(const maybe&) = delete;
  ~maybe() = default;

  std::string text;
  const char* value;
};

inline std::int64_t count_of(moment at) { return at.time_since_epoch().count(); }
inline std::optional<std::int64_t> count_of(std::optional<moment> at) {
  return at ? std::optional{count_of(*at)} : std::nullopt;
}

} // namespace sagad::postgres

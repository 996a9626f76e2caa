#pragma once

#include <cstdint>
#include <string>

#include "workflows/moment.hpp"
#include "workflows/ports/failure.hpp"

/// What a number of a row means. One that can mean nothing is thrown as a `failure`: the store is corrupt.
namespace sagad {

/// A negative one would become the largest of all.
inline std::uint64_t counted(std::int64_t number) {
  if (number < 0)
    throw failure{store_error::kind::corrupt,
                  "the store holds '" + std::to_string(number) + "' where a count should be"};
  return static_cast<std::uint64_t>(number);
}

inline moment timed(std::int64_t number) {
  const auto at = moment_from_count(number);
  if (!at)
    throw failure{store_error::kind::corrupt,
                  "the store holds '" + std::to_string(number) + "' where a time should be"};
  return *at;
}

} // namespace sagad

#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

#include "tools/sagactl/open_store.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::tools {

inline const std::string& sentence_of(const std::string& problem) { return problem; }
inline const std::string& sentence_of(const store_error& problem) { return problem.detail; }
inline const std::string& sentence_of(const ctl::open_failure& problem) { return problem.sentence; }

/// The value; a measurement is over without it: throws `std::runtime_error` with the sentence that says why.
template <class T, class Problem>
T need(tl::expected<T, Problem> result) {
  if (!result)
    throw std::runtime_error{sentence_of(result.error())};
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
}

} // namespace sagad::tools

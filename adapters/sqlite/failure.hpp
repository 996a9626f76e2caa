#pragma once

#include <exception>
#include <string>

#include "workflows/ports/failure.hpp"

namespace SQLite {
class Exception;
}

namespace sagad::sqlite {

/// What an error of SQLite means to who uses the store at `path`.
store_error error_from(const SQLite::Exception& e, const std::string& path);

/// The exception that is being handled, as an error value. Call it from a catch block only.
store_error current_error(const std::string& path);

/// What `body` returns, or why it could not: nothing is thrown past it. `body` may return a value or nothing.
template <class Body>
auto guarded(const std::string& path, Body&& body) -> store_result<decltype(body())> {
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      return {};
    } else {
      return body();
    }
  } catch (...) {
    return tl::unexpected{current_error(path)};
  }
}

} // namespace sagad::sqlite

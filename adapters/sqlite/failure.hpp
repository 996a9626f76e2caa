#pragma once

#include <exception>
#include <string>
#include <utility>

#include "workflows/ports/store.hpp"

namespace SQLite {
class Exception;
}

namespace sagad::sqlite {

/// Inside this adapter an error is thrown, so that each transaction unwinds; `guarded` turns it into a value at
/// the boundary.
struct failure : std::exception {
  explicit failure(store_error e) : error(std::move(e)) {}
  failure(store_error::kind what, std::string detail) : error{what, std::move(detail)} {}
  const char* what() const noexcept override { return error.detail.c_str(); }

  store_error error;
};

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

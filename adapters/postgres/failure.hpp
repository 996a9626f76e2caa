#pragma once

#include <exception>
#include <string>

#include "workflows/ports/failure.hpp"

namespace sagad::postgres {

/// Somebody else changed what this transaction went by: rolled back and done again, it goes by the new state.
struct conflict : std::exception {
  const char* what() const noexcept override { return "another session was faster, again and again"; }
};

/// The exception that is being handled, as an error value. `store` names the store without secrets, `doing` says
/// what was being done. Call it from a catch block only.
store_error current_error(const std::string& store, const char* doing);

/// True when the exception that is being handled goes away by doing the same transaction again: a conflict, a
/// deadlock, a serialization failure, or a key that another session inserted meanwhile.
bool is_worth_retrying();

/// What `body` returns, or why it could not: nothing is thrown past it. `body` may return a value or nothing.
template <class Body>
auto guarded(const std::string& store, const char* doing, Body&& body) -> store_result<decltype(body())> {
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      return {};
    } else {
      return body();
    }
  } catch (...) {
    return tl::unexpected{current_error(store, doing)};
  }
}

} // namespace sagad::postgres

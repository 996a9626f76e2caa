#pragma once

#include <exception>
#include <string>
#include <utility>

#include "workflows/ports/store.hpp"

namespace sagad {

/// Inside an adapter an error is thrown, so that each transaction unwinds; the adapter's `guarded` turns it into a
/// value at the boundary. Never thrown past a port.
struct failure : std::exception {
  explicit failure(store_error e) : error(std::move(e)) {}
  failure(store_error::kind what, std::string detail) : error{what, std::move(detail)} {}
  const char* what() const noexcept override { return error.detail.c_str(); }

  store_error error;
};

} // namespace sagad

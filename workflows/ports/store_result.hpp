#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace sagad {

/// Why a store could not do what it was asked. `detail` is for people and names no secret.
struct store_error {
  enum class kind : std::uint8_t {
    unavailable, // nothing was done; try again later (busy, full disk, read-only, lost connection)
    in_doubt,    // the commit's answer got lost: ask again, every request is idempotent
    fenced,      // another incarnation owns the store: stop; nothing was done and nothing ever will be
    corrupt,     // the store is damaged or not ours; nothing was done
    forbidden,   // the store does not let this user do it; nothing was done
    schema       // the schema is older or newer than this program
  } what = kind::unavailable;
  std::string detail;
};
std::string_view to_string(store_error::kind k);

template <class T>
using store_result = tl::expected<T, store_error>;

} // namespace sagad

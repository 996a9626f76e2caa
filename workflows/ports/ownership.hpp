#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workflows/ports/store.hpp"

namespace sagad {

/// When a saga that nobody drives may be claimed; none: never, for it has ended or a person holds it.
inline std::optional<moment> claimable_at(const saga& s) {
  if (has_ended(s) || s.state == saga_state::held)
    return std::nullopt;
  return s.wakeup_at.value_or(moment{});
}

inline store_error fenced_by(std::uint64_t current, std::uint64_t epoch) {
  return {store_error::kind::fenced, "the store's lease went from epoch " + std::to_string(epoch) + " to epoch " +
                                         std::to_string(current) + ": another node has taken over"};
}

inline store_error never_begun(const saga_id& id) {
  return {store_error::kind::corrupt, "saga " + id.value + " was never begun in this store"};
}

} // namespace sagad

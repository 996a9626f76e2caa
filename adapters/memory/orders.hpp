#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// Who accepts, and on which terms.
struct acceptance_terms {
  bool faults_allowed = false;
  /// Drives what is accepted; none: it waits to be claimed.
  std::optional<std::uint64_t> owner;
  const definition* begins = nullptr;
};

/// What was decided, and the saga that began when the order is new.
struct accepted {
  acceptance answer;
  std::optional<stored_saga> begun;
};

/// Decides on a submission and inserts what follows from it. `random` makes ids for orders without one.
accepted accept(world& w, const checkout::submission& asked, const acceptance_terms& terms, moment now,
                std::mt19937_64& random);

/// Records progress made by the node with epoch `owner`, unless later progress is known. The order must exist.
void record(world& w, const saga_update& u, std::uint64_t owner);

/// Gives the node with epoch `owner` what may be claimed by `due`, longest due first.
std::vector<stored_saga> claim(world& w, std::size_t count_max, moment due, std::uint64_t owner);

/// What the nodes that `is_gone` drove may be claimed at once.
template <class Epoch>
void release(world& w, Epoch&& is_gone);

/// Nobody drives it: it waits to be claimed, if it is to go on.
void let_go(world& w, order_row& o, std::optional<moment> claimable_at);

template <class Epoch>
void release(world& w, Epoch&& is_gone) {
  for (order_row* o : w.by_number)
    if (o->owner && is_gone(*o->owner)) {
      const bool goes_on = !has_ended(o->now) && o->now.state != saga_state::held;
      let_go(w, *o, goes_on ? std::optional{moment{}} : std::nullopt);
    }
}

} // namespace sagad::memory

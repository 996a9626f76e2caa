#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// The order's facts from `first` on are to be published, and those before it that were to be already.
void await_publication(world& w, order_row& o, std::uint64_t first, moment now);

/// The broker has them up to the publication's sequence. Says nothing of an order that is not there.
void note_published(world& w, const publication& p, moment now);

/// Nobody has ever published, and nobody waits for anything.
void forget_unpublished(world& w);

/// The order's unpublished facts, in order, the first `count_max` of them.
std::vector<fact> unpublished_of(const order_row& o, std::size_t count_max);

/// As `store::claim_unpublished`.
std::vector<fact> claim_unpublished(world& w, std::size_t sagas_max, moment idle_since, moment now);

} // namespace sagad::memory

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "adapters/memory/world.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace sagad::memory {

/// Decides on a submission and inserts what follows from it. `random` makes ids for orders without one.
checkout::accepted accept(world& w, const checkout::submission& asked, const checkout::acceptance_terms& terms,
                          moment now, std::mt19937_64& random);

/// Records progress made by the node with epoch `owner`, unless later progress is known. The order must exist.
/// Returns how many facts were new: they are its last ones. None: later progress is known, and nothing changed.
std::optional<std::size_t> record(world& w, const saga_update& u, std::uint64_t owner);

/// Gives the node with epoch `owner` what may be claimed by `due`, longest due first.
std::vector<stored_saga> claim(world& w, std::size_t count_max, moment due, std::uint64_t owner);

/// The node with epoch `owner` drives the order from now on.
void drive(world& w, order_row& o, std::uint64_t owner);

/// What the nodes whose epoch `is_gone` drove may be claimed at once.
void release(world& w, const std::function<bool(std::uint64_t)>& is_gone);

} // namespace sagad::memory

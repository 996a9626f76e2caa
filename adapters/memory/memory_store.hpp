#pragma once

#include <memory>

#include "adapters/memory/world.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::memory {

inline std::shared_ptr<world> make_world() { return std::make_shared<world>(); }

/// Begins a node's session; the one node of this world until the session ends. A session that ends without a last
/// `beat` leaves its orders as a crash would.
store_result<std::unique_ptr<store>> open_node(std::shared_ptr<world> in, const node_options& options);

/// Begins an operator's session, beside a node or without one.
std::unique_ptr<back_office> open_back_office(std::shared_ptr<world> in,
                                              const definition& begins = checkout::checkout_saga);

} // namespace sagad::memory

#pragma once

#include <vector>

#include "actors/directory_orders.hpp"

/// What people want of orders: wishes from inside the process, and repairs that the store hands to the node.
namespace sagad::actors {

caf::typed_response_promise<wish_result> on_wish(directory_pointer self, const wish& w);

/// Has it carried out, unless it is under way; its outcome becomes durable with what it changed.
void take_up(directory_pointer self, claimed_repair handed);

/// The order left memory without having answered them.
void grant_elsewhere(directory_pointer self, std::vector<directory_state::open_wish>& wishes);

} // namespace sagad::actors

#pragma once

#include "actors/participant_actor.hpp"

namespace sagad::actors {

/// The participant `orders`: confirms an order, the checkout's pivot. A confirmation stays once it happened; one
/// that has not can be withdrawn.
participant_actor::behavior_type confirmation(participant_actor::stateful_pointer<participant_state> self,
                                              participant_surroundings around);

} // namespace sagad::actors

#pragma once

#include "actors/participant_actor.hpp"

namespace sagad::actors {

/// Books and cancels deliveries: `{"customer_id"}`.
participant_actor::behavior_type delivery(participant_actor::stateful_pointer<participant_state> self,
                                          participant_surroundings around);

} // namespace sagad::actors

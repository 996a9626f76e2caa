#pragma once

#include "actors/participant_actor.hpp"

namespace sagad::actors {

/// Reserves and releases stock: `{"lines": [{"sku", "quantity"}]}`.
participant_actor::behavior_type inventory(participant_actor::stateful_pointer<participant_state> self,
                                           participant_surroundings around);

} // namespace sagad::actors

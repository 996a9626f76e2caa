#pragma once

#include "actors/participant_actor.hpp"

namespace sagad::actors {

/// Tells customers that their order is confirmed; here a notice is its own record. It has no way back.
participant_actor::behavior_type notification(participant_actor::stateful_pointer<participant_state> self,
                                              participant_surroundings around);

} // namespace sagad::actors

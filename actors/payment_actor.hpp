#pragma once

#include "actors/participant_actor.hpp"

namespace sagad::actors {

/// Charges and refunds wallets: `{"customer_id", "amount"}`.
participant_actor::behavior_type payment(participant_actor::stateful_pointer<participant_state> self,
                                         participant_surroundings around);

} // namespace sagad::actors

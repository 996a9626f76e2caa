#pragma once

#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"

namespace sagad::actors {

/// Logs each dead letter and has it kept in the store.
dead_letter_actor::behavior_type keep_dead_letters(dead_letter_actor::pointer self, store_gateway_actor gateway);

} // namespace sagad::actors

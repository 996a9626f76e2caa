#pragma once

#include <cstdint>
#include <string>

#include "actors/directory.hpp"

/// The orders in memory: how they come there, and come back.
namespace sagad::actors {

using directory_pointer = directory_actor::stateful_pointer<directory_state>;

/// None when this node does not know the saga's definition, or knows another one under its name.
const definition* definition_of(const directory_state& s, const saga& now);

/// Gives the saga an actor, unless it has one. Without a definition, or after too many deaths, it is held instead.
void adopt(directory_pointer self, stored_saga from, int deaths = 0);

/// The same, from where it was last recorded, as long as it goes on by itself.
void load_and_adopt(directory_pointer self, const saga_id& id, directory_state::past before);

/// Those that could not be read when they died.
void revive_the_unread(directory_pointer self);

} // namespace sagad::actors

#pragma once

#include <map>
#include <string>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/participant_actor.hpp"

namespace sagad::actors {

struct switchboard_state {
  static constexpr const char* name = "switchboard";
  participant_surroundings around;
  std::map<std::string, participant_actor, std::less<>> participants;
};

/// Plays every participant of the shop in this process. A participant that dies is replaced: it held nothing,
/// and whoever waits for its answer asks again.
switchboard_actor::behavior_type switchboard(switchboard_actor::stateful_pointer<switchboard_state> self,
                                             participant_surroundings around);

} // namespace sagad::actors

#pragma once

#include <map>
#include <set>
#include <string>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/circuits.hpp"
#include "actors/interfaces.hpp"
#include "actors/participant_actor.hpp"

namespace sagad::actors {

struct switchboard_config {
  participant_surroundings around;
  /// The participants that are played here.
  std::set<std::string, std::less<>> plays;
  /// Reaches the others; none: there are no others.
  remote_participants_actor elsewhere;
};

struct switchboard_state {
  static constexpr const char* name = "switchboard";
  switchboard_config config;
  std::map<std::string, participant_actor, std::less<>> participants;
  circuits to_participants;
  /// What the keeper was told of them.
  int changes_told = 0;
};

/// Plays participants of the shop in this process and knows who reaches the others. A participant that dies is
/// replaced: it held nothing, and whoever waits for its answer asks again.
switchboard_actor::behavior_type switchboard(switchboard_actor::stateful_pointer<switchboard_state> self,
                                             switchboard_config config);

} // namespace sagad::actors

#include "actors/confirmation_actor.hpp"

namespace sagad::actors {

participant_actor::behavior_type confirmation(participant_actor::stateful_pointer<participant_state> self,
                                              participant_surroundings around) {
  return run_participant(
      self, "orders", [](const command&) -> understood { return mark{.final = true}; }, std::move(around));
}

} // namespace sagad::actors

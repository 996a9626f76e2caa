#include "actors/notification_actor.hpp"

namespace sagad::actors {

participant_actor::behavior_type notification(participant_actor::stateful_pointer<participant_state> self,
                                              participant_surroundings around) {
  return run_participant(
      self, "notification", [](const command&) -> understood { return mark{.final = true}; }, std::move(around));
}

} // namespace sagad::actors

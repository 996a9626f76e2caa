#include "actors/delivery_actor.hpp"

namespace sagad::actors {

namespace {

understood understand(const command& asked) {
  auto customer = customer_of(asked.payload);
  if (!customer)
    return tl::unexpected(std::string{"customer_id must be an id"});
  return shipment{asked.order, std::move(*customer)};
}

} // namespace

participant_actor::behavior_type delivery(participant_actor::stateful_pointer<participant_state> self,
                                          participant_surroundings around) {
  return run_participant(self, "delivery", understand, std::move(around));
}

} // namespace sagad::actors

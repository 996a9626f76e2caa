#include "actors/payment_actor.hpp"

namespace sagad::actors {

namespace {

understood understand(const command& asked) {
  const json& p = asked.payload;
  auto customer = customer_of(p);
  if (!customer)
    return tl::unexpected(std::string{"customer_id must be an id"});
  if (!p.contains("amount") || !p["amount"].is_number_integer() || p["amount"].get<checkout::money>() < 0)
    return tl::unexpected(std::string{"amount must be a non-negative integer"});
  return charge{std::move(*customer), p["amount"].get<checkout::money>()};
}

} // namespace

participant_actor::behavior_type payment(participant_actor::stateful_pointer<participant_state> self,
                                         participant_surroundings around) {
  return run_participant(self, "payment", understand, std::move(around));
}

} // namespace sagad::actors

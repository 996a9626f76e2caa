#pragma once

#include <string>
#include <vector>

#include "tools/sagactl/participants.hpp"
#include "workflows/operations/stuck.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::ctl {

/// All that `status` is about. What the store says of itself, and what follows from it and from the unfinished orders.
struct shop_health {
  store_status status;
  std::vector<participant_view> participants;
  /// What matters most first.
  std::vector<operations::stuck_group> stuck;
  std::size_t stuck_orders = 0;
  checkout::money at_stake = 0;
  /// May soon be given up for want of patience; the oldest first, at most `risks_shown_max`, of so many.
  std::vector<order_id> at_risk;
  std::size_t at_risk_orders = 0;
};
inline constexpr std::size_t risks_shown_max = 5;

shop_health health_of(store_status status, const std::vector<order_view>& unfinished, const saga_catalog& definitions,
                      moment now);

/// The engine, the store, the broker and each participant: in which state, since when, and what about it.
struct part_view {
  std::string part;
  std::string state;
  std::optional<moment> since{};
  std::string what{};
  bool well = true;
};
std::vector<part_view> parts_of(const shop_health& health, moment now);

/// What the living nodes say of the broker: the first trouble, if any has some; empty when none has a broker.
std::string broker_as_seen(const store_status& status, moment now);

/// What is wrong, a sentence each that says what to do; empty when nothing is. `store` is how to name it in advice.
std::vector<std::string> problems_of(const shop_health& health, const std::string& store, moment now);
/// Of these, what the store alone can tell.
std::vector<std::string> problems_of(const store_status& status, const std::string& store, moment now);

} // namespace sagad::ctl

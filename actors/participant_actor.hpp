#pragma once

#include <functional>
#include <optional>
#include <string>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <tl/expected.hpp>

#include "actors/gateways.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/timer_queue.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

/// The effect that a command asks for, or a sentence that says what is wrong with the command.
using understood = tl::expected<effect, std::string>;
using understand_fn = understood (*)(const command&);

/// For participants that need to know the customer: `customer_id` of a payload, none when it is no id.
std::optional<customer_id> customer_of(const json& payload);

/// What every participant of an engine shares. Immutable once the engine runs.
struct participant_surroundings {
  store_gateways gateways;
  dead_letter_actor dead_letters;
  clock_fn clock;
  engine_limits limits;
};

struct participant_state {
  const char* name = "participant";
  participant_surroundings around;
  understand_fn understand = nullptr;
  /// What an injected fault delays: questions not yet handled, answers not yet sent.
  timer_queue<std::function<void()>> delayed;
  bool ticking = false;
};

/// What all participants have in common: the effect and its recorded answer are one transaction of the store;
/// injected faults strike before it, after it, or on the answer's way back. Holds nothing that must survive it.
participant_actor::behavior_type run_participant(participant_actor::stateful_pointer<participant_state> self,
                                                 const char* name, understand_fn understand,
                                                 participant_surroundings around);

} // namespace sagad::actors

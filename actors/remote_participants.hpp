#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/bus_ear.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "actors/timer_queue.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/telemetry.hpp"

namespace sagad::actors {

/// The code of an order's trouble with a participant that answers what cannot be read.
inline constexpr std::string_view unreadable_answer = "UNREADABLE_ANSWER";

struct remote_participants_config {
  bus_access bus;
  /// Those that are not played here.
  std::vector<std::string> participants;
  /// Keep what they answer and nobody can read.
  dead_letter_actor dead_letters;
  clock_fn clock;
  engine_limits limits;
  std::shared_ptr<telemetry> watcher;
};

struct remote_participants_state {
  static constexpr const char* name = "remote-participants";

  struct open_question {
    answer_sink asker;
    saga_id saga;
    std::string participant;
    std::string step;
    action what = action::perform;
    int attempt = 1;
    moment deadline{};
    /// Why what came for it cannot be read, and when the asker is told so, if nothing better came by then.
    std::string unreadable{};
    moment tell_at{};
  };

  remote_participants_config config;
  std::uint64_t next_token = 0;
  /// By correlation id.
  std::unordered_map<std::string, open_question> open;
  /// When to look at which of them.
  timer_queue<std::string> to_look_at;
  /// Correlation ids, by token.
  std::unordered_map<std::uint64_t, std::string> unsettled;
  /// By queue. Not in it: not told yet.
  std::map<std::string, std::size_t, std::less<>> consumers;
  std::string problem;
  bool ticking = false;
};

/// The bus side of the switchboard. A command that surely reaches nobody now is answered `undelivered` at once and
/// leaves nothing behind; so none pile up for a participant that is away.
remote_participants_actor::behavior_type
remote_participants(remote_participants_actor::stateful_pointer<remote_participants_state> self,
                    remote_participants_config config);

} // namespace sagad::actors

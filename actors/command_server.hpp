#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/burial.hpp"
#include "actors/bus_ear.hpp"
#include "actors/bus_outbox.hpp"
#include "actors/gateways.hpp"
#include "actors/instant.hpp"
#include "actors/interfaces.hpp"
#include "actors/limits.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

struct command_server_config {
  bus_access bus;
  /// It is played here.
  std::string participant;
  switchboard_actor switchboard;
  store_gateways gateways;
  clock_fn clock;
  engine_limits limits;
  /// Instructions to fail are honoured only when set.
  bool allow_faults = false;
};

struct command_server_state {
  static constexpr const char* name = "command-server";

  /// Who asked, and the delivery that says so until it is acknowledged.
  struct delivery {
    std::optional<std::uint64_t> receipt;
    std::string reply_to;
    std::string correlation_id;
    std::string traceparent;
  };
  /// What tells one question from another: saga, step, action, attempt.
  using key = std::tuple<std::string, std::string, action, int>;
  struct open_command {
    command what;
    std::vector<delivery> from;
    /// From then on its deliveries are acknowledged, answered or not.
    instant acknowledge_at{};
    /// From then on no answer is expected any more.
    instant forget_at{};
  };

  command_server_config config;
  std::string queue;
  std::optional<bus_outbox> outbox;
  std::optional<burial> undertaker;
  std::map<key, open_command> open;
  /// While the participant's store is away: what it is asked now and then, to find out whether it is back.
  std::optional<command> canary;
  instant ask_canary_at{};
  bool consuming = false;

  std::optional<caf::typed_response_promise<drained>> draining;
  instant drain_deadline{};
};

/// Serves one participant's queue. A delivery is acknowledged when the effect is durable and the answer has arrived.
/// While the participant's store is away, it stops consuming: who asks finds the participant away, and waits.
command_server_actor::behavior_type command_server(command_server_actor::stateful_pointer<command_server_state> self,
                                                   command_server_config config);

} // namespace sagad::actors

#pragma once

#include <algorithm>
#include <thread>

#include <caf/actor_system_config.hpp>

namespace sagad::tools {

/// How the engine's actors share the machine: the store's gateway has a core's worth of work and a thread of its
/// own; the other actors have the other cores.
struct engine_threads : caf::actor_system_config {
  engine_threads() {
    const std::size_t cores = std::max(2U, std::thread::hardware_concurrency());
    set("scheduler.max-threads", cores - 1);
    set("scheduler.policy", caf::atom("sharing"));
  }
};

} // namespace sagad::tools

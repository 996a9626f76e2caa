#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflows/ports/message_bus.hpp"

namespace sagad::memory {

struct bus_session;

/// A message in a queue, or with a consumer who has not acknowledged it.
struct waiting_message {
  /// Its receipt and queue are set when it is handed out.
  incoming_message content;
  /// How often it was handed out and came back.
  int returned = 0;
};

/// One queue of the broker in memory: what waits, and who wants it.
struct memory_queue {
  struct consumer {
    bus_session* who = nullptr;
    /// None: it acknowledges nothing, and gets all there is.
    std::optional<std::size_t> prefetch;
    std::size_t unacknowledged = 0;
  };

  std::string name;
  std::size_t waiting_max = std::numeric_limits<std::size_t>::max();
  std::deque<waiting_message> waiting{};
  std::vector<consumer> consumers{};
  std::size_t unacknowledged = 0;

  /// Who gets the next message; they take turns. None: nobody has room for it.
  consumer* next_consumer() {
    const auto has_room = [](const consumer& c) { return !c.prefetch || c.unacknowledged < *c.prefetch; };
    const auto found = std::find_if(consumers.begin(), consumers.end(), has_room);
    if (found == consumers.end())
      return nullptr;
    std::rotate(found, found + 1, consumers.end());
    return &consumers.back();
  }
};

} // namespace sagad::memory

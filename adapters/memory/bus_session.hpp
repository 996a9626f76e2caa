#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "adapters/memory/memory_queue.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::memory {

/// What the broker in memory knows of one bus.
struct bus_session {
  struct unsettled_message {
    outgoing_message content;
    std::uint64_t token = 0;
    /// None while it has not reached the broker.
    std::optional<publish_fate> fate{};
  };
  struct held_message {
    std::string queue;
    waiting_message what;
  };
  struct consumers_notice {
    std::string queue;
    std::size_t count = 0;
  };
  struct connection_notice {
    std::string problem;
  };
  /// The fate of the unsettled message of this sequence.
  struct fate_notice {
    std::uint64_t sequence = 0;
  };
  using notice = std::variant<incoming_message, fate_notice, consumers_notice, connection_notice>;

  std::string node;
  std::string reply_queue;
  bus_listener* listener = nullptr;
  bool connected = true;
  /// What the listener is to hear, in order.
  std::deque<notice> on_the_wire{};
  /// By sequence: the order in which they were published.
  std::map<std::uint64_t, unsettled_message> unsettled{};
  std::uint64_t last_sequence = 0;
  /// By receipt.
  std::map<std::uint64_t, held_message> unacknowledged{};
  std::uint64_t last_receipt = 0;
  /// By queue, with their prefetch; survives a broken connection.
  std::map<std::string, std::uint16_t> consumes{};
  std::set<std::string> watches{};
};

} // namespace sagad::memory

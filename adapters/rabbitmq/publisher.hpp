#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/rabbitmq/link.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

/// Publishes over one connection, with confirms, and keeps each message until its fate is known: when a connection
/// breaks, what is unsettled is published again on the next one, in order.
class publisher final : public duty {
public:
  struct limits {
    std::size_t messages_max = 4'096;
    std::size_t bytes_max = std::size_t{64} << 20;
  };

  /// `tell` as for the link: told when the broker takes nothing for a while, and when it does again.
  publisher(bus_listener& listener, limits bounds, link::report tell);

  enum class taken : std::uint8_t { no, yes, and_wake };
  /// Takes the message if there is room; from any thread.
  taken publish(outgoing_message m, std::uint64_t token);
  /// True when everything is settled and told, within the time given.
  bool wait_settled(std::chrono::milliseconds patience);

  result<void> begin(connection& on) override;
  result<bool> send(connection& on) override;
  result<void> receive(connection& on, const amqp_frame_t& frame) override;
  void received() override;
  void lost() override;

private:
  struct unsettled_message {
    outgoing_message content;
    std::uint64_t token = 0;
    /// It came back; its confirmation, which follows, means only that.
    bool returned = false;
  };

  result<void> publish_on(connection& on, unsettled_message m);
  void confirm(std::uint64_t number, bool multiple, publish_fate fate);
  void settle(const unsettled_message& m, publish_fate fate);
  result<void> method(const amqp_method_t& m);

  bus_listener& listener_;
  const limits limits_;
  const link::report tell_;

  std::mutex lock_;
  std::condition_variable all_settled_;
  /// What other threads brought. Below `lock_`, like the counters.
  std::deque<unsettled_message> brought_;
  std::size_t unsettled_count_ = 0;
  std::size_t unsettled_bytes_ = 0;
  std::size_t untold_count_ = 0;

  // The link's thread alone.
  std::deque<unsettled_message> waiting_;
  /// By the number that the broker confirms them by: they count from 1 on each connection.
  std::map<std::uint64_t, unsettled_message> in_flight_;
  std::uint64_t last_number_ = 0;
  bool blocked_ = false;
  std::vector<settled_message> settled_;
  std::size_t settled_bytes_ = 0;
};

} // namespace sagad::rabbitmq

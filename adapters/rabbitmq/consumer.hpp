#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/rabbitmq/assembly.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "adapters/rabbitmq/unacknowledged.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

/// Consumes over one connection: the queues that it is told to, and the reply queue. What is larger than is kept is
/// told as far as it is kept; acknowledging it, unless it is an answer, moves it to the dead letters as the broker has
/// it. It also counts others' consumers. Its public members before `begin` may be called from any thread; after those
/// that return true, the link is to be woken.
class consumer final : public duty {
public:
  consumer(bus_listener& listener, std::string reply_queue, topology needs);

  bool consume(const std::string& queue, std::uint16_t prefetch);
  bool stop_consuming(const std::string& queue);
  bool acknowledge(std::uint64_t receipt);
  bool give_back(std::uint64_t receipt);
  bool watch(const std::string& queue);

  result<void> begin(connection& on) override;
  result<bool> send(connection& on) override;
  result<void> receive(connection& on, const amqp_frame_t& frame) override;
  void received() override {}
  void lost() override;

private:
  using clock = std::chrono::steady_clock;

  result<void> hear_and_settle(connection& on);
  result<void> follow_wishes(connection& on);
  result<void> declare_again(connection& on);
  result<void> start(connection& on, const std::string& queue, std::uint16_t prefetch);
  result<void> start_replies(connection& on);
  result<void> count_consumers(connection& on);
  result<void> check_replies(connection& on);
  result<std::size_t> consumers_of(connection& on, const std::string& queue);
  result<void> hand_over(connection& on, assembly& done);

  struct delivery_tag {
    amqp_channel_t channel = 0;
    std::uint64_t tag = 0;
  };
  enum class requeues : std::uint8_t { yes, no };
  result<void> reject(connection& on, std::uint64_t receipt, requeues how);
  std::uint64_t to_receipt(const delivery_tag& of) const;
  /// None: it is of another connection.
  std::optional<delivery_tag> to_tag(std::uint64_t receipt) const;
  unacknowledged& unacknowledged_on(amqp_channel_t channel);

  bus_listener& listener_;
  const std::string reply_queue_;
  const topology needs_;

  struct wishes {
    /// By queue, with their prefetch.
    std::map<std::string, std::uint16_t> consumed{};
    std::set<std::string> watched{};
  };

  std::mutex lock_;
  // Below `lock_`: what other threads want.
  wishes wanted_;
  bool wishes_changed_ = false;
  std::vector<std::uint64_t> acknowledged_;
  std::vector<std::uint64_t> given_back_;

  // The link's thread alone; all but the first two are about the present connection.
  std::uint64_t epoch_ = 0;
  wishes heard_;
  std::set<std::string> consuming_;
  bool consumes_replies_ = false;
  /// At the last look nobody consumed them, though we do.
  bool misses_replies_ = false;
  bool was_cancelled_ = false;
  unacknowledged unacknowledged_;
  unacknowledged unacknowledged_replies_;
  /// The receipts of deliveries of which only the beginning was kept.
  std::set<std::uint64_t> cut_;
  assembly delivery_;
  assembly reply_;
  std::map<std::string, std::size_t> counted_;
  clock::time_point count_at_{};
};

} // namespace sagad::rabbitmq

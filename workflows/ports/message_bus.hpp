#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sagad {

/// Text that travels beside a message's body.
using message_header = std::pair<std::string, std::string>;

/// A message to the broker. Always persistent.
struct outgoing_message {
  /// Empty: the default exchange, where the routing key names a queue.
  std::string exchange;
  std::string routing_key;
  std::string body;
  std::string content_type = "application/json";
  std::string message_id{};
  std::string correlation_id{};
  std::string reply_to{};
  std::vector<message_header> headers{};
  /// Somebody must get it: where no queue takes it, its fate is `unroutable`.
  bool mandatory = false;
};

/// What became of a message that was published.
enum class publish_fate : std::uint8_t {
  confirmed, // the broker has it and will keep it
  refused,   // the broker did not take it: a queue is full, or has just lost its leader; publish it again after a pause
  unroutable // it was mandatory, and no queue takes it
};

struct settled_message {
  /// As given to `publish`.
  std::uint64_t token = 0;
  publish_fate fate = publish_fate::confirmed;
};

/// A message from the broker.
struct incoming_message {
  /// To acknowledge it by; never used twice by one bus.
  std::uint64_t receipt = 0;
  std::string queue;
  std::string body;
  std::string content_type{};
  std::string message_id{};
  std::string correlation_id{};
  std::string reply_to{};
  std::vector<message_header> headers{};
  /// The broker handed it out before, and had no acknowledgement. What came after it may have been heard meanwhile.
  bool redelivered = false;
};

/// Hears what comes from the broker. Called from the bus's own threads: must be quick, must not throw, must not
/// block, and may call the bus.
class bus_listener {
public:
  virtual ~bus_listener() = default;

  virtual void on_message(incoming_message m) = 0;
  /// Exactly once for each token that `publish` took, until `close`; in no particular order.
  virtual void on_settled(std::vector<settled_message> settled) = 0;
  /// How many consumers a watched queue has; told again whenever it changes, and after each reconnect.
  virtual void on_consumers(const std::string& queue, std::size_t count) = 0;
  /// `problem` is empty when the bus is connected, and otherwise says why it is not: for people, without secrets.
  /// What was handed over and not acknowledged when a connection broke comes again.
  virtual void on_connection(const std::string& problem) = 0;
};

/// A node's connection to the broker; it connects by itself, and again after each failure, with backoff.
///
/// Calls come from any thread and never block, save `close`. Messages with the same exchange and routing key leave
/// in the order in which they were published; what is not settled when a connection breaks is published again, in
/// order, so that a message may arrive twice but is never lost while the bus lives. Nothing here grows without
/// bound: what is unsettled is bounded by `publish`, what is unacknowledged by `consume`.
class message_bus {
public:
  virtual ~message_bus() = default;

  /// Takes the message, or says false when as many are unsettled as the bus keeps: try again when some are settled.
  virtual bool publish(outgoing_message m, std::uint64_t token) = 0;

  /// From now on the queue's messages come to the listener, at most `prefetch` unacknowledged at a time.
  virtual void consume(const std::string& queue, std::uint16_t prefetch) = 0;
  /// No new messages from there. What came already may still be acknowledged.
  virtual void stop_consuming(const std::string& queue) = 0;

  /// The message is dealt with, durably: the broker may forget it. A receipt of a connection that broke is ignored.
  virtual void acknowledge(std::uint64_t receipt) = 0;
  /// Not dealt with here: the broker gives it to somebody, now or when it was given too often to the dead letters.
  virtual void give_back(std::uint64_t receipt) = 0;

  /// From now on `on_consumers` tells of this queue.
  virtual void watch_consumers(const std::string& queue) = 0;

  /// The queue on which answers to this node arrive. Consumed from the beginning, as many at a time as the bus keeps
  /// unacknowledged.
  virtual const std::string& reply_queue() const = 0;

  /// Waits until everything is settled, for as long as `patience`, then disconnects. Nobody is called after it
  /// returns. Blocks; call it once, from a thread that is not the bus's.
  virtual void close(std::chrono::milliseconds patience) = 0;
};

} // namespace sagad

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/memory/memory_queue.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ports/message_bus.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::memory {

struct bus_session;

struct broker_options {
  /// Each has its queue of commands.
  std::vector<std::string> participants{checkout::participants::every.begin(), checkout::participants::every.end()};
  std::size_t waiting_orders_max = wire::waiting_orders_max;
  std::size_t waiting_commands_max = wire::waiting_commands_max;
  int redeliveries_max = wire::redeliveries_max;
  /// How much of each bus may be unsettled.
  std::size_t unsettled_max = 4'096;
};

/// A message broker in memory, shared by several buses (memory_bus.hpp), with the queues that contract.md names and
/// RabbitMQ's rules, as far as a node can notice them.
///
/// Nothing happens by itself. What a bus is asked to do happens at once, inside the call; what its listener is to
/// hear is kept, like bytes on a wire, until `pump` is called. So a test on virtual time runs until
/// `actors.run() + broker->pump()` is 0, the same each time. All calls are thread-safe; listeners are called by the
/// thread that pumps, without any lock that a call to a bus would need.
class broker {
public:
  explicit broker(broker_options options);
  broker(const broker&) = delete;
  broker& operator=(const broker&) = delete;
  ~broker();

  /// Tells the listeners all that there is to tell, and what follows from that, until nothing is left. Returns how
  /// many messages and notices that were. Not to be called by a listener.
  std::size_t pump();

  // What others on the broker do: submitters, participants, whoever listens to events.

  /// Publishes as somebody else.
  publish_fate put(outgoing_message m);
  /// Takes, for good, the messages that wait in a queue and that no consumer has got.
  std::vector<incoming_message> take(const std::string& queue);
  /// Makes a queue of that name, unless there is one; with a pattern, it gets the events that match (topic rules).
  void declare(const std::string& queue, const std::string& events_pattern = {});
  std::size_t waiting(const std::string& queue) const;
  std::size_t unacknowledged(const std::string& queue) const;

  // What goes wrong.

  /// The buses of that node lose their connections: what was on the wire is lost. They publish again what was
  /// unsettled, and get again what was unacknowledged, after `mend_connection`.
  void break_connection(std::string_view node);
  void mend_connection(std::string_view node);
  /// While true, every publish is refused.
  void refuse_publishes(bool refuse);
  /// While true, messages are taken but no fate is told, as during a memory alarm.
  void withhold_fates(bool withhold);

private:
  friend class memory_bus;

  // For the buses. `session` is what `attach` gave.
  std::shared_ptr<bus_session> attach(std::string node, bus_listener& listener);
  bool publish(bus_session& session, outgoing_message m, std::uint64_t token);
  void consume(bus_session& session, const std::string& queue, std::uint16_t prefetch);
  void stop_consuming(bus_session& session, const std::string& queue);
  void acknowledge(bus_session& session, std::uint64_t receipt);
  void give_back(bus_session& session, std::uint64_t receipt);
  void watch(bus_session& session, const std::string& queue);
  void detach(bus_session& session, bool tell_fates);

  // All below: with `state_` locked.
  memory_queue& make_queue(const std::string& name);
  memory_queue& queue_named(const std::string& name);
  const memory_queue& queue_named(const std::string& name) const;
  std::vector<memory_queue*> route(const outgoing_message& m);
  publish_fate accept(const outgoing_message& m);
  void settle(bus_session& session, std::uint64_t sequence);
  void dispatch(memory_queue& queue);
  void put_back(memory_queue& queue, waiting_message m);
  void put_back_unacknowledged(bus_session& session);
  void connect_consumers(bus_session& session);
  void tell_consumers(const std::string& queue);

  std::size_t tell_each_once();
  std::size_t tell_next(bus_session& session);
  std::vector<settled_message> take_fates(bus_session& session);

  const broker_options options_;
  mutable std::mutex state_;
  /// Held while listeners are called, so that a bus that closes knows when its listener is left in peace.
  std::mutex telling_;
  std::map<std::string, memory_queue> queues_;
  std::vector<std::pair<std::string, std::string>> event_bindings_;
  std::vector<std::shared_ptr<bus_session>> sessions_;
  std::size_t sessions_ever_ = 0;
  bool refusing_ = false;
  bool withholding_ = false;
};

std::shared_ptr<broker> make_broker(broker_options options = {});

} // namespace sagad::memory

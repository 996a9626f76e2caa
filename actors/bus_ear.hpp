#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actors/interfaces.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

/// Hears what comes from the broker and passes it on to the actors concerned. May be told of a connection before
/// there are actors: who comes later hears how it stands. All calls from any thread; its lock is held only to look
/// something up and to put messages into mailboxes.
class bus_ear final : public bus_listener {
public:
  explicit bus_ear(clock_fn clock) : clock_(std::move(clock)) {}

  /// Tokens from the one that it returns up to the next publisher's are this publisher's: it hears what becomes of
  /// them.
  std::uint64_t add_publisher(const bus_publisher& who);
  /// What comes from that queue goes there.
  void add_consumer(const std::string& queue, const bus_consumer& who);
  /// How the connection stands is told there, now and whenever it changes.
  void add_watcher(const connection_watcher& who);
  /// How many consume the watched queues is told there.
  void set_watcher(const consumers_watcher& who);
  /// From now on nobody hears anything. Before the actor system goes.
  void hang_up();

  /// For people: `connected`, or since when not and why.
  std::string state() const;

  void on_message(incoming_message m) override;
  void on_settled(std::vector<settled_message> settled) override;
  void on_consumers(const std::string& queue, std::size_t count) override;
  void on_connection(const std::string& problem) override;

private:
  clock_fn clock_;
  mutable std::mutex lock_;
  std::vector<bus_publisher> publishers_;
  std::map<std::string, bus_consumer, std::less<>> consumers_;
  std::vector<connection_watcher> connection_watchers_;
  consumers_watcher consumers_watcher_;
  bool told_ = false;
  std::string problem_ = "it has not answered yet";
  moment changed_at_{clock_()};
};

/// What an actor needs that speaks with the broker. The bus must go before the ear.
struct bus_access {
  std::shared_ptr<bus_ear> ear;
  std::shared_ptr<message_bus> bus;

  explicit operator bool() const { return bus != nullptr; }
};

} // namespace sagad::actors

#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/rabbitmq/consumer.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "tools/sagachaos/storm/event_book.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::chaos::storm {

/// Hears everything on `saga.events`, through a queue of its own that loses nothing. On a thread of its own; calls may
/// come from any thread.
class facts_listener final : public bus_listener {
public:
  /// Connects to the brokers, past every gate; from now on nothing is missed. Throws `std::runtime_error`.
  explicit facts_listener(const std::string& brokers);
  facts_listener(const facts_listener&) = delete;
  facts_listener& operator=(const facts_listener&) = delete;
  ~facts_listener() override { leave(); }

  /// Orders whose end was heard.
  std::size_t ends() const;
  std::size_t facts() const;
  std::size_t accusations() const;
  /// The type of the last fact of that order.
  std::string last_of(const std::string& order) const;
  /// Ends the connection. Then what was heard is complete.
  void leave();
  event_book book() const;

  void on_message(incoming_message m) override;
  void on_settled(std::vector<settled_message>) override {}
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

private:
  void hear(const incoming_message& m);

  mutable std::mutex lock_;
  event_book book_;
  std::size_t ends_ = 0;
  rabbitmq::topology needs_;
  rabbitmq::consumer consumer_;
  // The last, so that its thread ends before anything that it uses.
  std::unique_ptr<rabbitmq::link> link_;
};

} // namespace sagad::chaos::storm

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workflows/ports/message_bus.hpp"

namespace sagad::chaos {

/// A connection to the broker that passes everything on, both ways. `connect_to` gives it what it decorates, which
/// must have been made with this as its listener.
class bus_decorator : public message_bus, public bus_listener {
public:
  /// The listener must outlive it.
  explicit bus_decorator(bus_listener& hears) : hears_(hears) {}

  void connect_to(std::unique_ptr<message_bus> behind) { behind_ = std::move(behind); }

  bool publish(outgoing_message m, std::uint64_t token) override { return behind_->publish(std::move(m), token); }
  void consume(const std::string& queue, std::uint16_t prefetch) override { behind_->consume(queue, prefetch); }
  void stop_consuming(const std::string& queue) override { behind_->stop_consuming(queue); }
  void acknowledge(std::uint64_t receipt) override { behind_->acknowledge(receipt); }
  void give_back(std::uint64_t receipt) override { behind_->give_back(receipt); }
  void watch_consumers(const std::string& queue) override { behind_->watch_consumers(queue); }
  const std::string& reply_queue() const override { return behind_->reply_queue(); }
  void close(std::chrono::milliseconds patience) override { behind_->close(patience); }

  void on_message(incoming_message m) override { hears_.on_message(std::move(m)); }
  void on_settled(std::vector<settled_message> settled) override { hears_.on_settled(std::move(settled)); }
  void on_consumers(const std::string& queue, std::size_t count) override { hears_.on_consumers(queue, count); }
  void on_connection(const std::string& problem) override { hears_.on_connection(problem); }

protected:
  message_bus& behind() { return *behind_; }
  bus_listener& hears() { return hears_; }

private:
  bus_listener& hears_;
  std::unique_ptr<message_bus> behind_;
};

} // namespace sagad::chaos

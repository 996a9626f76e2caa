#include "adapters/memory/memory_bus.hpp"

#include <utility>

#include "adapters/memory/bus_session.hpp"

namespace sagad::memory {

/// The broker does everything; this remembers who asks.
class memory_bus final : public message_bus {
public:
  memory_bus(std::shared_ptr<broker> to, std::string node, bus_listener& listener)
      : broker_(std::move(to)), session_(broker_->attach(std::move(node), listener)) {}
  memory_bus(const memory_bus&) = delete;
  memory_bus& operator=(const memory_bus&) = delete;
  ~memory_bus() override { broker_->detach(*session_, false); }

  bool publish(outgoing_message m, std::uint64_t token) override {
    return broker_->publish(*session_, std::move(m), token);
  }
  void consume(const std::string& queue, std::uint16_t prefetch) override {
    broker_->consume(*session_, queue, prefetch);
  }
  void stop_consuming(const std::string& queue) override { broker_->stop_consuming(*session_, queue); }
  void acknowledge(std::uint64_t receipt) override { broker_->acknowledge(*session_, receipt); }
  void give_back(std::uint64_t receipt) override { broker_->give_back(*session_, receipt); }
  void watch_consumers(const std::string& queue) override { broker_->watch(*session_, queue); }
  const std::string& reply_queue() const override { return session_->reply_queue; }
  void close(std::chrono::milliseconds) override { broker_->detach(*session_, true); }

private:
  std::shared_ptr<broker> broker_;
  std::shared_ptr<bus_session> session_;
};

std::unique_ptr<message_bus> connect(std::shared_ptr<broker> to, std::string node, bus_listener& listener) {
  return std::make_unique<memory_bus>(std::move(to), std::move(node), listener);
}

} // namespace sagad::memory

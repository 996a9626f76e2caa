#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/memory/memory_broker.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/rabbitmq_bus.hpp"
#include "tests/bus/recording_listener.hpp"
#include "tests/bus/tcp_gate.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::tests {

/// A broker of the test's own, what others do on it, and the network between it and each node.
class broker_under_test {
public:
  virtual ~broker_under_test() = default;

  virtual std::unique_ptr<message_bus> connect(const std::string& node, bus_listener& listener) = 0;
  /// True when the condition comes true soon.
  virtual bool eventually(const std::function<bool()>& condition) = 0;

  virtual void put(const outgoing_message& m) = 0;
  /// Takes for good what waits there.
  virtual std::vector<incoming_message> take(const std::string& queue) = 0;
  virtual std::size_t waiting(const std::string& queue) = 0;
  /// A queue for events that match the pattern.
  virtual void listen(const std::string& queue, const std::string& pattern) = 0;

  virtual void break_connection(const std::string& node) = 0;
  virtual void mend_connection(const std::string& node) = 0;

  bool eventually_waiting(const std::string& queue, std::size_t count) {
    return eventually([&] { return waiting(queue) == count; });
  }
  std::vector<std::string> take_bodies(const std::string& queue);
};

class on_memory final : public broker_under_test {
public:
  std::unique_ptr<message_bus> connect(const std::string& node, bus_listener& listener) override;
  bool eventually(const std::function<bool()>& condition) override;
  void put(const outgoing_message& m) override { broker_->put(m); }
  std::vector<incoming_message> take(const std::string& queue) override { return broker_->take(queue); }
  std::size_t waiting(const std::string& queue) override { return broker_->waiting(queue); }
  void listen(const std::string& queue, const std::string& pattern) override { broker_->declare(queue, pattern); }
  void break_connection(const std::string& node) override { broker_->break_connection(node); }
  void mend_connection(const std::string& node) override { broker_->mend_connection(node); }

private:
  std::shared_ptr<memory::broker> broker_ = memory::make_broker();
};

/// A virtual host of its own on the broker that SAGAD_TEST_BROKER names, reached through a gate for each node.
class on_rabbitmq final : public broker_under_test {
public:
  on_rabbitmq();
  on_rabbitmq(const on_rabbitmq&) = delete;
  on_rabbitmq& operator=(const on_rabbitmq&) = delete;
  ~on_rabbitmq() override;

  std::unique_ptr<message_bus> connect(const std::string& node, bus_listener& listener) override;
  bool eventually(const std::function<bool()>& condition) override;
  void put(const outgoing_message& m) override;
  std::vector<incoming_message> take(const std::string& queue) override;
  std::size_t waiting(const std::string& queue) override;
  void listen(const std::string& queue, const std::string& pattern) override;
  void break_connection(const std::string& node) override { gate(node).cut(); }
  void mend_connection(const std::string& node) override { gate(node).mend(); }

  tcp_gate& gate(const std::string& node);
  /// How that node connects.
  std::string url(const std::string& node, const std::string& parameters = {});
  rabbitmq::bus_options options(const std::string& node, const std::string& parameters = {});
  const std::string& vhost() const { return vhost_; }
  rabbitmq::connection& operators_connection();
  /// The same as `eventually`. Polls, because what it waits for is in another process.
  static bool comes_true(const std::function<bool()>& condition);
  /// Tells the broker something, as an operator: see tools/dev/servers/rabbitmq_server.py.
  static void tell_broker(const std::string& verb);

private:
  const std::string vhost_;
  rabbitmq::endpoint direct_;
  std::optional<rabbitmq::connection> operator_;
  std::map<std::string, tcp_gate> gates_;
};

/// What tools/test gives to the tests; fails the test with a sentence when it is not there.
std::string environment(const char* name);

} // namespace sagad::tests

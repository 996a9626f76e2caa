#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/private_process.hpp"

namespace sagad::chaos::storm {

/// Where a broker's nodes find each other, and who may speak with them.
struct broker_family {
  std::filesystem::path folder;
  std::uint16_t epmd_port = 0;
  bool tls = false;
  std::vector<std::string> names;
};

/// One node of a broker. Belongs to one thread. Throws `std::runtime_error`.
class broker_node {
public:
  broker_node(const broker_family& family, std::size_t number);

  /// Of AMQP without TLS, which the storm's own clients use, and of the one that the nodes of sagad are given.
  std::uint16_t plain_port() const { return plain_port_; }
  std::uint16_t port_for_nodes() const { return family_.tls ? tls_port_ : plain_port_; }

  /// Does not wait.
  void start() { process_->start(); }
  bool runs() { return process_->runs(); }
  /// True when it greets a client, which it does when everything else is ready. Blocks for a moment.
  bool look_whether_up();
  void kill() { process_->kill(); }
  void pause() { process_->send(SIGSTOP); }
  void resume() { process_->send(SIGCONT); }
  std::string last_words() const;

private:
  void write_config() const;
  process_spec spec() const;

  const broker_family& family_;
  std::string name_;
  std::uint16_t plain_port_ = 0, tls_port_ = 0, distribution_port_ = 0;
  std::filesystem::path folder_;
  std::unique_ptr<private_process> process_;
};

/// A private RabbitMQ of one node or more on loopback, with a cookie, a port mapper and ports of its own. Needs
/// Debian's rabbitmq-server package, not its service. Belongs to one thread. Throws `std::runtime_error` with a
/// sentence.
class rabbitmq_server {
public:
  /// Works in `folder`, which it creates. Starts nothing.
  rabbitmq_server(std::filesystem::path folder, std::size_t nodes, bool tls);

  /// Does not wait: a node is up in about 4 s, three on a busy machine in 20.
  void start();
  bool look_whether_up();

  std::vector<std::unique_ptr<broker_node>>& nodes() { return nodes_; }
  /// Of all nodes, for the storm's own clients: past every gate.
  std::string url() const;

private:
  broker_family family_;
  std::unique_ptr<private_process> epmd_;
  std::vector<std::unique_ptr<broker_node>> nodes_;
};

} // namespace sagad::chaos::storm

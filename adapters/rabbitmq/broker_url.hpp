#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sagad::rabbitmq {

/// One server that may be connected to, and how. Holds a password: print it with `to_text` only.
struct endpoint {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
  /// Of TLS. An empty authority means the system's.
  std::string authority_file{};
  std::string certificate_file{};
  std::string key_file{};
  bool verify_peer = true;
  std::chrono::seconds heartbeat{10};
  /// For connecting and greeting.
  std::chrono::milliseconds connection_timeout{5'000};

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Reads RabbitMQ's URIs (https://www.rabbitmq.com/uri-spec.html, .../uri-query-parameters.html):
///   amqp[s]://USER:PASSWORD@HOST:PORT/VHOST?heartbeat=S&connection_timeout=MS
/// and for amqps also cacertfile, certfile, keyfile, verify=verify_peer|verify_none. For a cluster several hosts, or
/// several whole URLs, separated by commas. Without a vhost, or with an empty one, it is "/". Unlike RabbitMQ's own
/// clients, the peer is verified unless the URL says otherwise. The error is a sentence; as a URL may be wrong in
/// any place, it quotes nothing that could be part of a password.
tl::expected<std::vector<endpoint>, std::string> parse_broker_url(std::string_view text);

/// As in front of people: without the password and the parameters.
std::string to_text(const endpoint& e);
std::string to_text(const std::vector<endpoint>& all);

} // namespace sagad::rabbitmq

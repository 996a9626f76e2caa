#include "adapters/rabbitmq/connection.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace sagad::rabbitmq {

namespace {

constexpr std::chrono::milliseconds answer_timeout{10'000};
constexpr int frame_size_max = 131'072; // RabbitMQ's own
constexpr int channels_max = 16;
constexpr const char* system_authorities = "/etc/ssl/certs/ca-certificates.crt";

timeval to_timeval(std::chrono::milliseconds ms) {
  return {.tv_sec = static_cast<time_t>(ms.count() / 1'000),
          .tv_usec = static_cast<suseconds_t>(ms.count() % 1'000 * 1'000)};
}

failure broker_said(std::uint16_t code, amqp_bytes_t text) {
  const auto lasting = code == AMQP_ACCESS_REFUSED || code == AMQP_NOT_ALLOWED || code == AMQP_PRECONDITION_FAILED;
  return {.why = "the broker says " + std::to_string(code) + ' ' + to_string(text), .lasting = lasting};
}

/// What a method says that ends a channel or the connection.
failure end_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& m = *static_cast<const amqp_connection_close_t*>(method.decoded);
    return broker_said(m.reply_code, m.reply_text);
  }
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& m = *static_cast<const amqp_channel_close_t*>(method.decoded);
    return broker_said(m.reply_code, m.reply_text);
  }
  return {.why = "the broker sent something unexpected"};
}

result<void> to_result(const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
  case AMQP_RESPONSE_NORMAL:
    return {};
  case AMQP_RESPONSE_SERVER_EXCEPTION:
    return tl::unexpected{end_of(reply.reply)};
  case AMQP_RESPONSE_LIBRARY_EXCEPTION:
    return connection::sent(reply.library_error);
  case AMQP_RESPONSE_NONE:
    break;
  }
  return tl::unexpected{failure{.why = "the connection broke"}};
}

amqp_table_entry_t flag(const char* name) {
  amqp_table_entry_t entry{.key = amqp_cstring_bytes(name), .value = {}};
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

/// Where it cannot be, each packet leaves by itself.
void set_corked(int socket, int corked) { ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked); }

result<amqp_socket_t*> tls_socket(amqp_connection_state_t state, const endpoint& to) {
  auto* socket = amqp_ssl_socket_new(state);
  if (socket == nullptr)
    return tl::unexpected{failure{.why = "out of memory"}};
  amqp_ssl_socket_set_verify_peer(socket, to.verify_peer);
  amqp_ssl_socket_set_verify_hostname(socket, to.verify_peer);
  const auto authorities = to.authority_file.empty() ? std::string{system_authorities} : to.authority_file;
  std::error_code ignored;
  if (to.verify_peer || !to.authority_file.empty())
    if (!std::filesystem::exists(authorities, ignored) ||
        amqp_ssl_socket_set_cacert(socket, authorities.c_str()) != AMQP_STATUS_OK)
      return tl::unexpected{
          failure{.why = "cannot read the certificate authorities in " + authorities, .lasting = true}};
  if (!to.certificate_file.empty() &&
      amqp_ssl_socket_set_key(socket, to.certificate_file.c_str(), to.key_file.c_str()) != AMQP_STATUS_OK)
    return tl::unexpected{
        failure{.why = "cannot use the certificate in " + to.certificate_file + " with the key in " + to.key_file,
                .lasting = true}};
  if (amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST) != AMQP_STATUS_OK)
    return tl::unexpected{failure{.why = "TLS 1.2 is not available", .lasting = true}};
  return socket;
}

/// Offers what RabbitMQ tells only to those who asked: that it blocks publishers, that it cancelled a consumer.
result<void> log_in(amqp_connection_state_t state, const endpoint& to, const std::string& name) {
  std::array capabilities{flag("connection.blocked"), flag("consumer_cancel_notify")};
  std::array<amqp_table_entry_t, 2> properties{};
  properties[0].key = amqp_cstring_bytes("capabilities");
  properties[0].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[0].value.value.table = {.num_entries = static_cast<int>(capabilities.size()),
                                     .entries = capabilities.data()};
  properties[1].key = amqp_cstring_bytes("connection_name");
  properties[1].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[1].value.value.bytes = to_bytes(name);
  const amqp_table_t client{.num_entries = static_cast<int>(properties.size()), .entries = properties.data()};
  return to_result(amqp_login_with_properties(state, to.vhost.c_str(), channels_max, frame_size_max,
                                              static_cast<int>(to.heartbeat.count()), &client, AMQP_SASL_METHOD_PLAIN,
                                              to.user.c_str(), to.password.c_str()));
}

} // namespace

amqp_bytes_t to_bytes(std::string_view text) {
  // The library's type has no const; it only reads.
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())}; // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

std::string to_string(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string{} : std::string{static_cast<const char*>(bytes.bytes), bytes.len};
}

// Linux sends full packets only while a socket is corked, and the rest when it no longer is: tcp(7).
together::together(const connection& on) : socket_(on.socket()) { set_corked(socket_, 1); }
together::~together() { set_corked(socket_, 0); }

result<connection> connection::open(const endpoint& to, const std::string& name) {
  const auto failed = [&](failure f) {
    return tl::unexpected{failure{.why = "no connection to " + to_text(to) + ": " + f.why, .lasting = f.lasting}};
  };
  state s{amqp_new_connection()};
  if (!s)
    return failed({.why = "out of memory"});
  result<amqp_socket_t*> socket = to.tls ? tls_socket(s.get(), to) : amqp_tcp_socket_new(s.get());
  if (!socket)
    return failed(socket.error());
  const auto timeout = to_timeval(to.connection_timeout), answer = to_timeval(answer_timeout);
  if (*socket == nullptr || amqp_set_handshake_timeout(s.get(), &timeout) != AMQP_STATUS_OK ||
      amqp_set_rpc_timeout(s.get(), &answer) != AMQP_STATUS_OK)
    return failed({.why = "out of memory"});
  if (auto opened = sent(amqp_socket_open_noblock(*socket, to.host.c_str(), to.port, &timeout)); !opened)
    return failed(opened.error());
  if (auto logged_in = log_in(s.get(), to, name); !logged_in)
    return failed(logged_in.error());
  return connection{std::move(s)};
}

int connection::socket() const { return amqp_get_sockfd(raw()); }

result<bool> connection::read(amqp_frame_t& frame) {
  const timeval at_once{};
  const auto status = amqp_simple_wait_frame_noblock(raw(), &frame, &at_once);
  if (status == AMQP_STATUS_TIMEOUT)
    return false;
  if (auto ok = sent(status); !ok)
    return tl::unexpected{ok.error()};
  if (frame.frame_type == AMQP_FRAME_METHOD &&
      (frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD || frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD))
    return tl::unexpected{end_of(frame.payload.method)};
  return true;
}

result<void> connection::open_channel(amqp_channel_t channel) {
  amqp_channel_open(raw(), channel);
  return answer();
}

result<void> connection::answer() const { return to_result(amqp_get_rpc_reply(raw())); }

result<void> connection::sent(int status) {
  switch (status) {
  case AMQP_STATUS_OK:
    return {};
  case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
  case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
    return tl::unexpected{failure{.why = amqp_error_string2(status), .lasting = true}};
  default:
    return tl::unexpected{failure{.why = amqp_error_string2(status)}};
  }
}

void connection::close(std::chrono::milliseconds patience) {
  const auto timeout = to_timeval(patience);
  amqp_set_rpc_timeout(raw(), &timeout);
  amqp_connection_close(raw(), AMQP_REPLY_SUCCESS);
}

} // namespace sagad::rabbitmq

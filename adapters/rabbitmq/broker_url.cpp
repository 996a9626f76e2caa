#include "adapters/rabbitmq/broker_url.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace sagad::rabbitmq {

namespace {

constexpr std::string_view plain_scheme = "amqp://", tls_scheme = "amqps://";
constexpr std::uint16_t plain_port = 5672, tls_port = 5671;
constexpr std::size_t url_size_max = 8'192;

template <class T>
using parsed = tl::expected<T, std::string>;

auto wrong(std::string sentence) { return tl::unexpected{std::move(sentence)}; }

/// What stands before the separator; takes both from the text. None when there is no separator.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos)
    return std::nullopt;
  const auto before = text.substr(0, at);
  text.remove_prefix(at + 1);
  return before;
}

template <class Number>
std::optional<Number> to_number(std::string_view text, Number min, Number max) {
  Number n{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || n < min || n > max)
    return std::nullopt;
  return n;
}

parsed<std::string> percent_decoded(std::string_view text, std::string_view what) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
      return wrong("The " + std::string{what} +
                   " in the broker's URL has a % that two hexadecimal digits do not follow.");
    const auto byte = digit(text[i + 1]) * 16 + digit(text[i + 2]);
    if (byte == 0)
      return wrong("The " + std::string{what} + " in the broker's URL has a zero byte in it.");
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

parsed<void> read_user(std::string_view text, endpoint& into) {
  auto rest = text;
  const auto user = take_until(rest, ':');
  auto decoded = percent_decoded(user ? *user : text, "user");
  if (!decoded)
    return tl::unexpected{std::move(decoded.error())};
  into.user = std::move(*decoded);
  if (!user)
    return {};
  decoded = percent_decoded(rest, "password");
  if (!decoded)
    return tl::unexpected{std::move(decoded.error())};
  into.password = std::move(*decoded);
  return {};
}

parsed<void> read_host(std::string_view text, endpoint& into) {
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) { // IPv6
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return wrong("The broker's URL has a [ in its host that no ] ends.");
    port = text.substr(end + 1);
    text = text.substr(1, end - 1);
    has_port = !port.empty();
    if (has_port && port.front() != ':')
      return wrong("The broker's URL has something else than a port after the ] of its host.");
    port.remove_prefix(has_port ? 1 : 0);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    port = text.substr(colon + 1);
    text = text.substr(0, colon);
    has_port = true;
  }
  auto host = percent_decoded(text, "host");
  if (!host)
    return tl::unexpected{std::move(host.error())};
  if (host->empty())
    return wrong("The broker's URL names no host; it is written as amqp://USER:PASSWORD@HOST:PORT/VHOST.");
  into.host = std::move(*host);
  into.port = into.tls ? tls_port : plain_port;
  if (!has_port)
    return {};
  const auto number = to_number<std::uint16_t>(port, 1, 65'535);
  if (!number)
    return wrong("The port in the broker's URL must be a number from 1 to 65535; an @, : or / in a password is written "
                 "as %40, %3A or %2F.");
  into.port = *number;
  return {};
}

parsed<void> set_parameter(std::string_view name, std::string value, endpoint& into) {
  const auto needs_tls = name == "cacertfile" || name == "certfile" || name == "keyfile" || name == "verify";
  if (needs_tls && !into.tls)
    return wrong("The parameter " + std::string{name} + " in the broker's URL needs amqps://.");
  if (name == "cacertfile")
    into.authority_file = std::move(value);
  else if (name == "certfile")
    into.certificate_file = std::move(value);
  else if (name == "keyfile")
    into.key_file = std::move(value);
  else if (name == "verify") {
    if (value != "verify_peer" && value != "verify_none")
      return wrong("The parameter verify in the broker's URL must be verify_peer or verify_none.");
    into.verify_peer = value == "verify_peer";
  } else if (name == "heartbeat") {
    const auto seconds = to_number<int>(value, 1, 600);
    if (!seconds)
      return wrong("The parameter heartbeat in the broker's URL must be a number of seconds from 1 to 600.");
    into.heartbeat = std::chrono::seconds{*seconds};
  } else if (name == "connection_timeout") {
    const auto milliseconds = to_number<int>(value, 1, 600'000);
    if (!milliseconds)
      return wrong("The parameter connection_timeout in the broker's URL must be a number of milliseconds from 1 to "
                   "600000.");
    into.connection_timeout = std::chrono::milliseconds{*milliseconds};
  } else
    return wrong("The broker's URL has a parameter that is not known; known are heartbeat and connection_timeout, and "
                 "for amqps also cacertfile, certfile, keyfile and verify.");
  return {};
}

parsed<void> read_parameters(std::string_view text, endpoint& into) {
  while (!text.empty()) {
    auto value = take_until(text, '&').value_or(text);
    if (value.data() == text.data())
      text = {};
    const auto name = take_until(value, '=');
    if (!name)
      return wrong("The parameters in the broker's URL are written as ?NAME=VALUE&NAME=VALUE.");
    auto decoded = percent_decoded(value, "parameter");
    if (!decoded)
      return tl::unexpected{std::move(decoded.error())};
    if (auto set = set_parameter(*name, std::move(*decoded), into); !set)
      return set;
  }
  if (into.certificate_file.empty() != into.key_file.empty())
    return wrong("The parameters certfile and keyfile in the broker's URL need each other.");
  return {};
}

/// What follows the hosts: /VHOST?PARAMETERS.
parsed<void> read_rest(std::string_view rest, endpoint& into) {
  std::string_view parameters;
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    parameters = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (rest.size() > 1) {
    auto vhost = percent_decoded(rest.substr(1), "vhost");
    if (!vhost)
      return tl::unexpected{std::move(vhost.error())};
    if (rest.find('/', 1) != std::string_view::npos)
      return wrong("The vhost in the broker's URL has a / in it; it is written as %2F.");
    into.vhost = std::move(*vhost);
  }
  return read_parameters(parameters, into);
}

parsed<void> read_one_url(std::string_view url, std::vector<endpoint>& into) {
  endpoint common;
  common.tls = url.starts_with(tls_scheme);
  if (!common.tls && !url.starts_with(plain_scheme))
    return wrong("The broker is written as amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps://...");
  url.remove_prefix(common.tls ? tls_scheme.size() : plain_scheme.size());

  const auto authority_end = std::min(url.find_first_of("/?"), url.size());
  auto hosts = url.substr(0, authority_end);
  if (auto read = read_rest(url.substr(authority_end), common); !read)
    return read;
  if (const auto at = hosts.rfind('@'); at != std::string_view::npos) {
    if (auto read = read_user(hosts.substr(0, at), common); !read)
      return read;
    hosts.remove_prefix(at + 1);
  }
  for (;;) {
    const auto host = take_until(hosts, ',');
    if (auto read = read_host(host.value_or(hosts), common); !read)
      return read;
    into.push_back(common);
    if (!host)
      return {};
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (harmless.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte / 16], digits[byte % 16]};
  }
  return encoded;
}

} // namespace

tl::expected<std::vector<endpoint>, std::string> parse_broker_url(std::string_view text) {
  if (text.size() > url_size_max)
    return wrong("The broker's URL is too long.");
  if (text.find('\0') != std::string_view::npos)
    return wrong("The broker's URL has a zero byte in it.");
  std::vector<endpoint> all;
  while (!text.empty()) {
    const auto next = std::min(text.find(",amqp://", 1), text.find(",amqps://", 1));
    if (auto read = read_one_url(text.substr(0, next), all); !read)
      return tl::unexpected{std::move(read.error())};
    text.remove_prefix(next == std::string_view::npos ? text.size() : next + 1);
  }
  if (all.empty())
    return wrong("The broker's URL is empty; it is written as amqp://USER:PASSWORD@HOST:PORT/VHOST.");
  return all;
}

std::string to_text(const endpoint& e) {
  const auto host = e.host.find(':') == std::string::npos ? e.host : '[' + e.host + ']';
  return std::string{e.tls ? tls_scheme : plain_scheme} + percent_encoded(e.user) + '@' + host + ':' +
         std::to_string(e.port) + '/' + percent_encoded(e.vhost);
}

std::string to_text(const std::vector<endpoint>& all) {
  std::string text;
  for (const auto& e : all)
    text += (text.empty() ? "" : ",") + to_text(e);
  return text;
}

} // namespace sagad::rabbitmq

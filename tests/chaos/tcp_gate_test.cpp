#include "tools/sagachaos/storm/tcp_gate.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace sagad::chaos::storm;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr auto deadline = 20s;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// One end of a connection. Waits for what comes, at most until the deadline.
class end_of_line {
public:
  explicit end_of_line(int fd) : fd_(fd) {}
  end_of_line(end_of_line&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  end_of_line& operator=(end_of_line&&) = delete;
  ~end_of_line() { ::close(fd_); }

  bool say(const std::string& text) const {
    std::size_t said = 0;
    while (said < text.size()) {
      const auto put = ::send(fd_, text.data() + said, text.size() - said, MSG_NOSIGNAL);
      if (put <= 0)
        return false;
      said += static_cast<std::size_t>(put);
    }
    return true;
  }
  /// So many bytes, or fewer when the other side has gone.
  std::string hear(std::size_t count) const {
    std::string heard;
    std::string buffer(65'536, '\0');
    while (heard.size() < count && is_readable(deadline)) {
      const auto got = ::recv(fd_, buffer.data(), std::min(buffer.size(), count - heard.size()), 0);
      if (got <= 0)
        break;
      heard.append(buffer, 0, static_cast<std::size_t>(got));
    }
    return heard;
  }
  bool is_readable(std::chrono::milliseconds within) const {
    pollfd fd{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&fd, 1, static_cast<int>(within.count())) == 1;
  }
  /// True when the other side goes, or has gone.
  bool hears_the_end() const {
    char byte = 0;
    return is_readable(deadline) && ::recv(fd_, &byte, 1, 0) <= 0;
  }
  void stop_speaking() const { ::shutdown(fd_, SHUT_WR); }

private:
  int fd_;
};

class server {
public:
  server() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* a = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_, a, size) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    REQUIRE(::getsockname(fd_, a, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~server() { ::close(fd_); }

  std::uint16_t port() const { return port_; }
  bool has_visitor(std::chrono::milliseconds within) const {
    pollfd fd{.fd = fd_, .events = POLLIN, .revents = 0};
    return ::poll(&fd, 1, static_cast<int>(within.count())) == 1;
  }
  end_of_line accept() const {
    REQUIRE(has_visitor(deadline));
    return end_of_line{::accept(fd_, nullptr, nullptr)};
  }

private:
  int fd_;
  std::uint16_t port_ = 0;
};

end_of_line connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return end_of_line{fd};
}

std::string many_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<char>(i * 7 % 251);
  return bytes;
}

/// A connection through a gate.
struct line {
  server far;
  tcp_gate gate{far.port()};
  end_of_line client = connect_to(gate.port());
  end_of_line served = far.accept();
};

} // namespace

TEST_CASE("an open gate passes everything both ways, however much", "[gate]") {
  const line l;
  CHECK(l.client.say("ping"));
  CHECK(l.served.hear(4) == "ping");
  const std::string much = many_bytes(3'000'000);
  // More than any buffer takes: the one who speaks waits for the one who listens.
  auto spoken = std::async(std::launch::async, [&] { return l.served.say(much); });
  CHECK(l.client.hear(much.size()) == much);
  CHECK(spoken.get());
}

TEST_CASE("who stops speaking is still answered", "[gate]") {
  const line l;
  CHECK(l.client.say("the last question"));
  l.client.stop_speaking();
  CHECK(l.served.hear(17) == "the last question");
  CHECK(l.served.hears_the_end());
  CHECK(l.served.say("the answer"));
  CHECK(l.client.hear(10) == "the answer");
}

TEST_CASE("a side that goes is gone for the other too", "[gate]") {
  server far;
  tcp_gate gate{far.port()};
  const end_of_line client = connect_to(gate.port());
  { const end_of_line served = far.accept(); }
  CHECK(client.hears_the_end());
}

TEST_CASE("a cut gate breaks its connections, and new ones, until it is opened", "[gate]") {
  line l;
  l.gate.cut();
  CHECK(l.client.hears_the_end());
  CHECK(l.served.hears_the_end());
  const end_of_line in_vain = connect_to(l.gate.port());
  CHECK(in_vain.hears_the_end());
  l.gate.open();
  const end_of_line again = connect_to(l.gate.port());
  CHECK(again.say("hello"));
  CHECK(l.far.accept().hear(5) == "hello");
}

TEST_CASE("a frozen gate keeps what is said until it is opened", "[gate]") {
  line l;
  l.gate.freeze();
  CHECK(l.client.say("are you there"));
  CHECK(!l.served.is_readable(50ms));
  const end_of_line waiting = connect_to(l.gate.port());
  CHECK(!l.far.has_visitor(50ms));
  l.gate.open();
  CHECK(l.served.hear(13) == "are you there");
  CHECK(l.far.has_visitor(deadline));
}

TEST_CASE("a slow gate lets each byte come later, in order", "[gate]") {
  line l;
  l.gate.open_with({.delay = 80ms});
  const auto began = steady::now();
  CHECK(l.client.say("one"));
  CHECK(l.client.say("two"));
  CHECK(l.served.hear(6) == "onetwo");
  CHECK(steady::now() - began >= 80ms);
  l.gate.open(); // what was taken in bad weather does not overtake itself
  CHECK(l.client.say("three"));
  CHECK(l.served.hear(5) == "three");
}

TEST_CASE("a narrow gate lets so many bytes through in a second, and loses none", "[gate]") {
  line l;
  l.gate.open_with({.bytes_per_s = 400'000});
  const std::string much = many_bytes(80'000);
  const auto began = steady::now();
  auto spoken = std::async(std::launch::async, [&] { return l.client.say(much); });
  CHECK(l.served.hear(much.size()) == much);
  CHECK(spoken.get());
  CHECK(steady::now() - began >= 150ms);
}

TEST_CASE("a corrupting gate turns single bits of what clients are told, and of nothing else", "[gate]") {
  line l;
  l.gate.open_with({.corrupt_once_in_bytes = 1'000});
  const std::string much = many_bytes(100'000);
  auto spoken = std::async(std::launch::async, [&] { return l.served.say(much); });
  const std::string heard = l.client.hear(much.size());
  CHECK(spoken.get());
  REQUIRE(heard.size() == much.size());
  std::size_t bits = 0;
  for (std::size_t i = 0; i < much.size(); ++i)
    bits += static_cast<std::size_t>(__builtin_popcount(static_cast<unsigned char>(heard[i] ^ much[i])));
  CHECK(bits == l.gate.bits_turned());
  CHECK(bits > 20);
  CHECK(bits < 500);
  CHECK(l.client.say(much.substr(0, 50'000)));
  CHECK(l.served.hear(50'000) == much.substr(0, 50'000));

  // Who was lied to does not wait for ever for bytes that only a lie promised.
  l.gate.open();
  CHECK(l.client.hears_the_end());
}

TEST_CASE("where no server listens the gate hangs up, and serves whoever comes later", "[gate]") {
  std::uint16_t port = 0;
  {
    const server gone;
    port = gone.port();
  }
  tcp_gate gate{port};
  CHECK(connect_to(gate.port()).hears_the_end());
}

TEST_CASE("a gate that goes with open connections breaks them", "[gate]") {
  server far;
  auto gate = std::make_unique<tcp_gate>(far.port());
  const end_of_line client = connect_to(gate->port());
  const end_of_line served = far.accept();
  gate.reset();
  CHECK(client.hears_the_end());
  CHECK(served.hears_the_end());
}

#include "tests/bus/tcp_gate.hpp"

#include <array>
#include <stdexcept>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sagad::tests {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

} // namespace

tcp_gate::tcp_gate(std::uint16_t to) : to_port_(to) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wakeup_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* a = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || wakeup_ < 0 || ::bind(listener_, a, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, a, &size) != 0)
    throw std::runtime_error{"the gate cannot listen"};
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { loop(); }};
}

tcp_gate::~tcp_gate() {
  change(mode::gone);
  thread_.join();
  ::close(listener_);
  ::close(wakeup_);
}

void tcp_gate::change(mode wanted) {
  std::unique_lock lock{lock_};
  wanted_ = wanted;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto rung = ::write(wakeup_, &one, sizeof one);
  obeyed_.wait(lock, [this] { return is_ == wanted_; });
}

tcp_gate::mode tcp_gate::obey() {
  const std::scoped_lock lock{lock_};
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto taken = ::read(wakeup_, &rings, sizeof rings);
  const auto breaks = wanted_ == mode::cut || wanted_ == mode::gone;
  passages_.remove_if([&](const passage& p) {
    if (!breaks && !p.broken)
      return false;
    ::close(p.there.from);
    ::close(p.there.to);
    return true;
  });
  is_ = wanted_;
  obeyed_.notify_all();
  return is_;
}

void tcp_gate::admit() {
  const auto in = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  const auto out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(to_port_);
  const auto connected = ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  passages_.push_back({.there = {.from = in, .to = out}, .back = {.from = out, .to = in}, .broken = !connected});
}

/// False when one side has gone.
bool tcp_gate::forward(direction& d, short from_events, short to_events) {
  if (d.pending.empty() && (from_events & (POLLIN | POLLHUP | POLLERR)) != 0) {
    std::array<char, 65'536> buffer;
    const auto got = ::recv(d.from, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0)
      return false;
    d.pending.assign(buffer.data(), static_cast<std::size_t>(got));
    to_events |= POLLOUT;
  }
  if (!d.pending.empty() && (to_events & (POLLOUT | POLLHUP | POLLERR)) != 0) {
    const auto put = ::send(d.to, d.pending.data(), d.pending.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN)
      return false;
    d.pending.erase(0, put < 0 ? 0 : static_cast<std::size_t>(put));
  }
  return true;
}

void tcp_gate::loop() {
  for (;;) {
    const auto now = obey();
    if (now == mode::gone)
      return;
    const auto waits_for = [](const direction& to_read, const direction& to_write) {
      return static_cast<short>((to_read.pending.empty() ? POLLIN : 0) | (to_write.pending.empty() ? 0 : POLLOUT));
    };
    std::vector<pollfd> fds{{.fd = wakeup_, .events = POLLIN, .revents = 0}};
    if (now != mode::frozen) {
      fds.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
      for (const auto& p : passages_) {
        fds.push_back({.fd = p.there.from, .events = waits_for(p.there, p.back), .revents = 0});
        fds.push_back({.fd = p.there.to, .events = waits_for(p.back, p.there), .revents = 0});
      }
    }
    ::poll(fds.data(), fds.size(), -1);
    if (now == mode::frozen)
      continue;
    auto fd = fds.begin() + 2;
    for (auto& p : passages_) {
      const auto in = (fd++)->revents, out = (fd++)->revents;
      p.broken = p.broken || !forward(p.there, in, out) || !forward(p.back, out, in);
    }
    if (fds[1].revents != 0)
      admit();
  }
}

} // namespace sagad::tests

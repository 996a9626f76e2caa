#include "tools/sagachaos/storm/tcp_gate.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace sagad::chaos::storm {

namespace {

/// What the gate itself holds of one direction, like a router's buffer.
constexpr std::size_t waiting_bytes_max = 262'144;
constexpr std::size_t chunk_bytes_max = 16'384;
constexpr int wait_max_ms = 1'000;
constexpr int backlog = 128;
/// Of a server on loopback that does not even take the connection: its process stands still, and its queue is full.
constexpr timeval connect_patience{.tv_sec = 1, .tv_usec = 0};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void make_prompt(int fd) {
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

} // namespace

tcp_gate::tcp_gate(std::uint16_t to, std::uint64_t seed) : to_port_(to), random_(seed) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  wakeup_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* a = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || wakeup_ < 0 || ::bind(listener_, a, size) != 0 || ::listen(listener_, backlog) != 0 ||
      ::getsockname(listener_, a, &size) != 0) {
    ::close(listener_);
    ::close(wakeup_);
    throw std::runtime_error{"a gate cannot listen on loopback"};
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { loop(); }};
}

tcp_gate::~tcp_gate() {
  change(gate_state::closed_for_good, {});
  thread_.join();
  ::close(listener_);
  ::close(wakeup_);
}

void tcp_gate::change(gate_state state, const gate_weather& weather) {
  std::unique_lock lock{lock_};
  wanted_ = state;
  wanted_weather_ = weather;
  const auto order = ++orders_given_;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto rung = ::write(wakeup_, &one, sizeof one);
  obeyed_.wait(lock, [&] { return orders_obeyed_ >= order; });
}

// -- On its thread

void tcp_gate::loop() {
  while (obey()) {
    const bool passes = is_ != gate_state::frozen;
    std::vector<pollfd> fds{{.fd = wakeup_, .events = POLLIN, .revents = 0}};
    if (passes) {
      fds.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
      for (const auto& p : passages_)
        for (const auto& [fd, events] :
             {std::pair{p.there.from, events_of(p.there, p.back)}, std::pair{p.there.to, events_of(p.back, p.there)}})
          fds.push_back({.fd = events == 0 ? -1 : fd, .events = events, .revents = 0});
    }
    ::poll(fds.data(), fds.size(), passes ? patience_ms() : wait_max_ms);
    if (!passes)
      continue;
    auto fd = fds.begin() + 2;
    for (auto& p : passages_) {
      const auto client = (fd++)->revents, server = (fd++)->revents;
      serve(p, client, server);
    }
    if (fds[1].revents != 0)
      admit();
  }
}

/// False when it shall end.
bool tcp_gate::obey() {
  const std::scoped_lock lock{lock_};
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto taken = ::read(wakeup_, &rings, sizeof rings);
  const bool truth_returns = wanted_weather_.corrupt_once_in_bytes == 0;
  is_ = wanted_;
  weather_ = wanted_weather_;
  const bool breaks = is_ == gate_state::cut || is_ == gate_state::closed_for_good;
  passages_.remove_if([&](const passage& p) {
    if (!breaks && !p.broken && !(p.was_lied_to && truth_returns))
      return false;
    ::close(p.there.from);
    ::close(p.there.to);
    return true;
  });
  orders_obeyed_ = orders_given_;
  obeyed_.notify_all();
  return is_ != gate_state::closed_for_good;
}

void tcp_gate::admit() {
  const int in = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (in < 0)
    return;
  const int out = is_ == gate_state::open ? ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  const auto address = loopback(to_port_);
  ::setsockopt(out, SOL_SOCKET, SO_SNDTIMEO, &connect_patience, sizeof connect_patience);
  const bool connected = out >= 0 && ::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!connected) {
    ::close(in);
    if (out >= 0)
      ::close(out);
    return;
  }
  ::fcntl(out, F_SETFL, O_NONBLOCK);
  make_prompt(in);
  make_prompt(out);
  passages_.push_back({.there = {.from = in, .to = out}, .back = {.from = out, .to = in}});
}

void tcp_gate::serve(passage& p, short client_events, short server_events) {
  for (const auto& [d, events] : {std::pair{&p.there, client_events}, std::pair{&p.back, server_events}})
    if (wants_to_read(*d) && (events & (POLLIN | POLLHUP | POLLERR)) != 0)
      take(p, *d);
  give(p.there);
  give(p.back);
  const auto is_over = [](const direction& d) { return d.read_over && (d.waiting.empty() || d.write_over); };
  // A side that neither speaks nor listens is gone, and what the other still says is for nobody.
  const bool client_gone = is_over(p.there) && p.back.write_over;
  const bool server_gone = is_over(p.back) && p.there.write_over;
  p.broken = (is_over(p.there) && is_over(p.back)) || client_gone || server_gone;
}

void tcp_gate::take(passage& p, direction& d) {
  std::array<char, chunk_bytes_max> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  const auto got = ::recv(d.from, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (got <= 0) {
    d.read_over = true;
    return;
  }
  std::string bytes{buffer.data(), static_cast<std::size_t>(got)};
  if (&d == &p.back && weather_.corrupt_once_in_bytes > 0)
    corrupt(p, bytes);
  const auto now = clock::now();
  d.busy_until = std::max(d.busy_until, now);
  if (weather_.bytes_per_s > 0)
    d.busy_until += std::chrono::microseconds{bytes.size() * 1'000'000 / weather_.bytes_per_s};
  d.waiting_bytes += bytes.size();
  // Never before what was taken earlier, though that was in worse weather.
  const auto due = d.busy_until + weather_.delay;
  d.waiting.push_back({d.waiting.empty() ? due : std::max(due, d.waiting.back().due), std::move(bytes)});
}

void tcp_gate::give(direction& d) {
  while (wants_to_write(d)) {
    chunk& next = d.waiting.front();
    const auto put = ::send(d.to, next.bytes.data(), next.bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN && errno != EINTR)
      d.write_over = true;
    if (put <= 0)
      return;
    d.waiting_bytes -= static_cast<std::size_t>(put);
    next.bytes.erase(0, static_cast<std::size_t>(put));
    if (next.bytes.empty())
      d.waiting.pop_front();
  }
  if (d.read_over && d.waiting.empty() && !d.write_over && !std::exchange(d.end_told, true))
    ::shutdown(d.to, SHUT_WR);
}

void tcp_gate::corrupt(passage& p, std::string& bytes) {
  std::uniform_int_distribution<std::size_t> one_in{0, weather_.corrupt_once_in_bytes - 1};
  for (char& byte : bytes)
    if (one_in(random_) == 0) {
      byte = static_cast<char>(byte ^ (1 << (random_() % 8)));
      ++bits_turned_;
      p.was_lied_to = true;
    }
}

/// Until the next byte is due.
int tcp_gate::patience_ms() const {
  int patience = wait_max_ms;
  const auto now = clock::now();
  for (const auto& p : passages_)
    for (const direction* d : {&p.there, &p.back})
      if (!d->waiting.empty() && !d->write_over && d->waiting.front().due > now) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(d->waiting.front().due - now).count();
        patience = std::min(patience, static_cast<int>(left));
      }
  const bool any_broken = std::any_of(passages_.begin(), passages_.end(), [](const passage& p) { return p.broken; });
  return any_broken ? 0 : patience;
}

bool tcp_gate::wants_to_read(const direction& d) { return !d.read_over && d.waiting_bytes < waiting_bytes_max; }

bool tcp_gate::wants_to_write(const direction& d) const {
  return !d.write_over && !d.waiting.empty() && d.waiting.front().due <= clock::now();
}

/// Zero: it need not be looked at now.
short tcp_gate::events_of(const direction& reads, const direction& writes) const {
  return static_cast<short>((wants_to_read(reads) ? POLLIN : 0) | (wants_to_write(writes) ? POLLOUT : 0));
}

} // namespace sagad::chaos::storm

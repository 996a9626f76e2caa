#pragma once

#include <cstdint>
#include <stdexcept>

#include <sys/eventfd.h>
#include <unistd.h>

namespace sagad::rabbitmq {

/// Wakes a thread that polls. Any thread may ring.
class wakeup {
public:
  wakeup() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0)
      throw std::runtime_error{"no eventfd: too many open files"};
  }
  wakeup(const wakeup&) = delete;
  wakeup& operator=(const wakeup&) = delete;
  ~wakeup() { ::close(fd_); }

  int fd() const { return fd_; }

  void ring() {
    const std::uint64_t one = 1;
    // It can only fail when it rings already, as loud as it can.
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
  }

  void silence() {
    std::uint64_t rings = 0;
    // It can only fail when it does not ring.
    [[maybe_unused]] const auto taken = ::read(fd_, &rings, sizeof rings);
  }

private:
  int fd_;
};

} // namespace sagad::rabbitmq

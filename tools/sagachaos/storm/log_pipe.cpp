#include "tools/sagachaos/storm/log_pipe.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace sagad::chaos::storm {

namespace {
/// How long it may take until it sees that it is to leave.
constexpr int look_every_ms = 20;
constexpr std::size_t chunk_bytes_max = 16'384;
} // namespace

log_pipe::log_pipe(const std::filesystem::path& file) : file_(file, std::ios::binary | std::ios::app) {
  if (!file_)
    throw std::system_error{errno, std::generic_category(), "cannot write " + file.string()};
  if (::pipe2(ends_, O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "no pipe for " + file.string()};
  ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  thread_ = std::thread{[this] { work(); }};
}

log_pipe::~log_pipe() {
  leaves_ = true;
  thread_.join();
  catch_up();
  ::close(ends_[0]);
  ::close(ends_[1]);
}

void log_pipe::catch_up() {
  const std::scoped_lock lock{lock_};
  std::array<char, chunk_bytes_max> chunk; // NOLINT(cppcoreguidelines-pro-type-member-init): read fills it
  for (;;) {
    const auto got = ::read(ends_[0], chunk.data(), chunk.size());
    if (got > 0)
      file_.write(chunk.data(), got);
    else if (got == 0 || errno != EINTR)
      break;
  }
  file_.flush();
}

void log_pipe::work() {
  while (!leaves_) {
    pollfd wait_for{.fd = ends_[0], .events = POLLIN, .revents = 0};
    if (::poll(&wait_for, 1, look_every_ms) > 0)
      catch_up();
  }
}

} // namespace sagad::chaos::storm

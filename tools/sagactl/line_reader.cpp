#include "tools/sagactl/line_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace sagad::ctl {

/// False at the end of the input.
tl::expected<bool, std::error_code> line_reader::refill() {
  ssize_t count = 0;
  do
    count = ::read(fd_, buffer_.data(), buffer_.size());
  while (count < 0 && errno == EINTR);
  if (count < 0)
    return tl::unexpected{std::error_code{errno, std::generic_category()}};
  begin_ = 0;
  end_ = static_cast<std::size_t>(count);
  return count > 0;
}

tl::expected<std::optional<std::string>, std::error_code> line_reader::next() {
  std::string line;
  bool began = false;
  while (true) {
    if (begin_ == end_) {
      const auto more = refill();
      if (!more)
        return tl::unexpected{more.error()};
      if (!*more)
        return began ? std::optional{std::move(line)} : std::nullopt;
    }
    began = true;
    const char* const from = buffer_.data() + begin_;
    const char* const to = buffer_.data() + end_;
    const char* const newline = std::find(from, to, '\n');
    const std::size_t room = length_max_ + 1 - line.size();
    line.append(from, std::min(static_cast<std::size_t>(newline - from), room));
    begin_ += static_cast<std::size_t>(newline - from);
    if (newline != to) {
      ++begin_;
      return std::optional{std::move(line)};
    }
  }
}

bool line_reader::would_wait() const {
  const auto unread = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
  const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
  if (std::find(unread, end, '\n') != end)
    return false;
  pollfd input{.fd = fd_, .events = POLLIN, .revents = 0};
  return poll(&input, 1, 0) == 0;
}

} // namespace sagad::ctl

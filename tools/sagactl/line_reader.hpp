#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <tl/expected.hpp>

namespace sagad::ctl {

/// Reads a file descriptor line by line in bounded memory, however long its lines are. Owns neither the
/// descriptor nor a thread; blocks while it waits for a line.
class line_reader {
public:
  /// Of a longer line, `length_max` + 1 bytes are kept: enough to see that it is too long.
  line_reader(int fd, std::size_t length_max) : fd_(fd), length_max_(length_max), buffer_(65'536) {}

  /// The next line without its end; none at the end of the input.
  tl::expected<std::optional<std::string>, std::error_code> next();

  /// True when `next` might have to wait for somebody to write.
  bool would_wait() const;

private:
  tl::expected<bool, std::error_code> refill();

  int fd_;
  std::size_t length_max_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

} // namespace sagad::ctl

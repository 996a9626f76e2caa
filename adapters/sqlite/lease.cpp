#include "adapters/sqlite/lease.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

namespace {

std::string lock_file(const std::string& database) { return database + "-lease"; }

/// The whole file. An "open file description" lock: it belongs to the object that opened the file, not to the
/// process, so two nodes inside one process exclude each other too.
struct flock whole_file(short type) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

std::string holder_of(int file) {
  std::array<char, 256> text{};
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  return length > 0 ? std::string{text.data(), static_cast<std::size_t>(length)} : std::string{"another process"};
}

/// For people; whether it succeeds matters to nobody.
void write_holder(int file, const std::string& holder) {
  const std::string text = holder + " (process " + std::to_string(getpid()) + ")";
  if (ftruncate(file, 0) == 0) [[maybe_unused]]
    const ssize_t written = pwrite(file, text.data(), text.size(), 0);
}

} // namespace

lease::lease(const std::string& database, const std::string& holder) {
  const std::string path = lock_file(database);
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0)
    throw failure{store_error::kind::unavailable, path + " cannot be opened: " + std::strerror(errno)};
  struct flock range = whole_file(F_WRLCK);
  if (fcntl(file_, F_OFD_SETLK, &range) != 0) {
    const std::string by = holder_of(file_);
    close(file_);
    throw failure{store_error::kind::unavailable,
                  database + " is in use by " + by + "; a SQLite store serves one node at a time"};
  }
  write_holder(file_, holder);
}

lease::lease(lease&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

lease::~lease() {
  if (file_ >= 0)
    close(file_);
}

bool lease::is_held(const std::string& database) {
  const int file = open(lock_file(database).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  struct flock range = whole_file(F_RDLCK);
  const bool asked = fcntl(file, F_OFD_GETLK, &range) == 0;
  close(file);
  return asked && range.l_type != F_UNLCK;
}

} // namespace sagad::sqlite

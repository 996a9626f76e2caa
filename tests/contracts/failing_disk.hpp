#pragma once

#include <cstdint>

namespace sagad::tests {

/// While it lives, the disk under every SQLite file that is opened obeys it.
class failing_disk {
public:
  enum class state : std::uint8_t {
    works,
    full,        // a write finds no room
    write_fails, // a write fails
    sync_fails   // what was written is not confirmed
  };

  failing_disk();
  failing_disk(const failing_disk&) = delete;
  failing_disk& operator=(const failing_disk&) = delete;
  ~failing_disk();

  void become(state s);
};

} // namespace sagad::tests

#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace sagad::chaos::storm {

/// Takes down in a file what others write into a pipe: so a limit on the size of their files is none on their log. The
/// pipe outlives its writers. Throws `std::system_error` when it cannot be made.
class log_pipe {
public:
  explicit log_pipe(const std::filesystem::path& file);
  log_pipe(const log_pipe&) = delete;
  log_pipe& operator=(const log_pipe&) = delete;
  ~log_pipe();

  /// To be inherited. It stays ours.
  int writing_end() const { return ends_[1]; }
  /// What was written until now is in the file. From any thread.
  void catch_up();

private:
  void work();

  int ends_[2] = {-1, -1}; // NOLINT(*-avoid-c-arrays): as pipe2 fills it
  std::mutex lock_;
  std::ofstream file_;
  std::atomic<bool> leaves_ = false;
  std::thread thread_;
};

} // namespace sagad::chaos::storm

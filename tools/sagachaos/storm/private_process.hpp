#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include "tools/sagachaos/storm/log_pipe.hpp"

namespace sagad::chaos::storm {

/// Whom a process runs as.
struct unix_user {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// What is started, and how.
struct process_spec {
  /// The program's path, and its arguments.
  std::vector<std::string> command;
  /// All of its environment.
  std::vector<std::pair<std::string, std::string>> environment;
  std::filesystem::path folder = "/";
  /// What it prints is added here.
  std::filesystem::path log;
  /// None: as whoever we are.
  std::optional<unix_user> as{};
  /// What the kernel sends it when we end, however that happens.
  int death_signal = SIGKILL;
  /// A write beyond its limit of file size is an error to it, instead of its end. Its log is not under that limit.
  bool bears_a_full_disk = false;
};

/// PATH, a language without surprises, and nothing else of ours.
std::vector<std::pair<std::string, std::string>> plain_environment();

/// A program that we start, as often as needed, and that ends with us. In a session of its own: Ctrl-C is for us alone.
/// It inherits no file but its log.
///
/// All calls come from one thread, which must live as long as the process: the kernel takes its end for ours. Failures
/// to start are `std::system_error`.
class private_process {
public:
  explicit private_process(process_spec spec);
  private_process(const private_process&) = delete;
  private_process& operator=(const private_process&) = delete;
  /// kill -9.
  ~private_process();

  void start();
  /// False before the first start, and once it has ended.
  bool runs();
  pid_t id() const { return pid_; }
  /// How it ended, as `waitpid` says.
  std::optional<int> end_status() const { return status_; }

  /// Does nothing to one that has ended.
  void send(int signal);
  /// kill -9, and waits for its end.
  void kill();
  /// True when it ended within that time.
  bool wait_end(std::chrono::milliseconds patience);
  /// From now on it may write no byte to any file beyond this offset; none: as many as it likes. For a process that
  /// `bears_a_full_disk`. It holds for those that are started after it too.
  void limit_files(std::optional<rlim_t> bytes);
  /// What it printed until now is in its log.
  void catch_up_log();

  const process_spec& spec() const { return spec_; }

private:
  process_spec spec_;
  std::unique_ptr<log_pipe> log_;
  std::optional<rlim_t> file_limit_;
  pid_t pid_ = 0;
  std::optional<int> status_;
};

/// Runs a command to its end; throws `std::runtime_error` with what it printed unless it ended with 0.
void run_to_end(process_spec spec, std::chrono::milliseconds patience = std::chrono::seconds{60});

} // namespace sagad::chaos::storm

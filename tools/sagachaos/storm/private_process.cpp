#include "tools/sagachaos/storm/private_process.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/sagachaos/storm/private_folder.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr std::chrono::milliseconds look_every{5};
constexpr int exit_cannot_start = 127;

/// What the child needs, made before the fork: after it only system calls are safe.
struct launch {
  explicit launch(const process_spec& spec) {
    for (const auto& word : spec.command)
      words.push_back(word);
    for (const auto& [name, value] : spec.environment)
      settings.push_back(name + "=" + value);
    for (auto& word : words)
      arguments.push_back(word.data());
    for (auto& setting : settings)
      environment.push_back(setting.data());
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }

  std::vector<std::string> words, settings;
  std::vector<char*> arguments, environment;
};

void become(const unix_user& user) {
  // The bare calls: the library's would tell our threads, which the child does not have.
  if (::syscall(SYS_setgroups, 0, nullptr) != 0 || ::syscall(SYS_setgid, user.gid) != 0 ||
      ::syscall(SYS_setuid, user.uid) != 0)
    ::_exit(exit_cannot_start);
}

void clear_signals(bool bears_a_full_disk) {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal)
    sigaction(signal, &usual, nullptr);
  if (bears_a_full_disk) {
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &ignored, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Only the soft limit: it shall be lifted again.
bool limit_files_of(pid_t whose, std::optional<rlim_t> bytes) {
  rlimit limit{};
  if (::prlimit(whose, RLIMIT_FSIZE, nullptr, &limit) != 0)
    return false;
  limit.rlim_cur = bytes.value_or(limit.rlim_max);
  return ::prlimit(whose, RLIMIT_FSIZE, &limit, nullptr) == 0;
}

[[noreturn]] void be_the_child(const process_spec& spec, const launch& l, int log, std::optional<rlim_t> file_limit,
                               pid_t parent) {
  clear_signals(spec.bears_a_full_disk);
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0)
    ::_exit(exit_cannot_start);
  ::syscall(SYS_close_range, 3U, UINT_MAX, 0U);
  if (file_limit && !limit_files_of(0, file_limit))
    ::_exit(exit_cannot_start);
  if (spec.as)
    become(*spec.as);
  ::prctl(PR_SET_PDEATHSIG, spec.death_signal); // after the user: changing that forgets it
  if (::getppid() != parent || ::chdir(spec.folder.c_str()) != 0)
    ::_exit(exit_cannot_start);
  ::execve(l.arguments[0], l.arguments.data(), l.environment.data());
  ::_exit(exit_cannot_start);
}

} // namespace

std::vector<std::pair<std::string, std::string>> plain_environment() {
  const char* path = std::getenv("PATH");
  return {
      {"PATH", path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path}, {"LANG", "C.UTF-8"}, {"LC_ALL", "C.UTF-8"}};
}

private_process::private_process(process_spec spec) : spec_(std::move(spec)) {
  if (spec_.bears_a_full_disk)
    log_ = std::make_unique<log_pipe>(spec_.log);
}

private_process::~private_process() { kill(); }

void private_process::start() {
  const launch l{spec_};
  const int log = log_ ? ::fcntl(log_->writing_end(), F_DUPFD_CLOEXEC, 0)
                       : ::open(spec_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0)
    throw std::system_error{errno, std::generic_category(), "cannot write " + spec_.log.string()};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0)
    be_the_child(spec_, l, log, file_limit_, parent);
  const int why = errno;
  ::close(log);
  if (child < 0)
    throw std::system_error{why, std::generic_category(), "cannot start " + spec_.command.front()};
  pid_ = child;
  status_.reset();
}

bool private_process::runs() {
  if (pid_ == 0 || status_)
    return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_)
    status_ = status;
  return !status_;
}

void private_process::send(int signal) {
  if (runs())
    ::kill(pid_, signal);
}

void private_process::kill() {
  if (!runs())
    return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR)
    continue;
  status_ = status;
}

bool private_process::wait_end(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (runs()) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(look_every);
  }
  return true;
}

void private_process::limit_files(std::optional<rlim_t> bytes) {
  file_limit_ = bytes;
  if (runs())
    limit_files_of(pid_, bytes); // or it has just ended, and its limit with it
}

void private_process::catch_up_log() {
  if (log_)
    log_->catch_up();
}

void run_to_end(process_spec spec, std::chrono::milliseconds patience) {
  const std::string program = spec.command.front();
  private_process process{std::move(spec)};
  process.start();
  const bool ended = process.wait_end(patience);
  if (ended && process.end_status() == 0)
    return;
  process.catch_up_log();
  throw std::runtime_error{program + (ended ? " failed: " : " does not come to an end: ") +
                           tail_of(process.spec().log)};
}

} // namespace sagad::chaos::storm

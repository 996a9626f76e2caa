#include "tools/sagachaos/storm/postgres_server.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include "tools/sagachaos/storm/certificates.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr std::chrono::seconds leftovers_patience{20};

constexpr std::array<const char*, 6> settings{
    "listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=64MB",
    "max_wal_size=2GB",           "lc_messages=C",       "timezone=UTC"};

int version_of(const std::filesystem::path& bin) {
  const std::string name = bin.parent_path().filename().string();
  int version = 0;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return version;
}

/// The folder of the newest server that is installed.
std::filesystem::path programs() {
  std::filesystem::path newest;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib/postgresql", none})
    if (const auto bin = entry.path() / "bin"; std::filesystem::exists(bin / "postgres", none))
      if (newest.empty() || version_of(bin) > version_of(newest))
        newest = bin;
  for (const char* elsewhere : {"/usr/local/bin", "/usr/bin"})
    if (newest.empty() && std::filesystem::exists(std::filesystem::path{elsewhere} / "postgres", none))
      newest = elsewhere;
  if (newest.empty())
    throw std::runtime_error{"PostgreSQL's server is not installed; Debian's package is postgresql"};
  return newest;
}

/// The server refuses to run as root.
std::optional<unix_user> server_user() {
  if (::geteuid() != 0)
    return std::nullopt;
  const passwd* found = ::getpwnam("postgres");
  if (found == nullptr)
    throw std::runtime_error{"PostgreSQL does not run as root, and there is no user postgres to run it as"};
  return unix_user{found->pw_uid, found->pw_gid};
}

} // namespace

postgres_server::postgres_server(std::filesystem::path folder, bool tls)
    : bin_(programs()), folder_(std::move(folder)), data_(folder_ / "data"), tls_(tls), port_(free_ports(1).front()),
      user_(server_user()) {
  std::filesystem::create_directory(folder_);
  if (user_ && ::chown(folder_.c_str(), user_->uid, user_->gid) != 0)
    throw std::runtime_error{"cannot give " + folder_.string() + " to the user postgres"};
  create();
}

postgres_server::~postgres_server() {
  if (!process_)
    return;
  resume();
  process_->send(SIGINT); // whoever is connected is told to go, and its children end before it
  process_->wait_end(std::chrono::seconds{10});
  kill();
}

process_spec postgres_server::as_user(std::vector<std::string> command) const {
  return {.command = std::move(command),
          .environment = plain_environment(),
          .folder = "/",
          .log = folder_ / "server.log",
          .as = user_,
          .death_signal = SIGQUIT};
}

void postgres_server::create() {
  run_to_end(
      as_user({bin_ / "initdb", "-D", data_, "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8"}));
  if (!tls_)
    return;
  make_certificate(data_ / "server.crt", data_ / "server.key");
  for (const char* name : {"server.crt", "server.key"})
    if (user_ && ::chown((data_ / name).c_str(), user_->uid, user_->gid) != 0)
      throw std::runtime_error{"cannot give the certificate to the user postgres"};
}

void postgres_server::start() {
  std::vector<std::string> command{bin_ / "postgres", "-D", data_, "-p", std::to_string(port_), "-k", folder_};
  for (const char* setting : settings)
    command.insert(command.end(), {"-c", setting});
  if (tls_)
    command.insert(command.end(), {"-c", "ssl=on"});
  process_ = std::make_unique<private_process>(as_user(std::move(command)));
  process_->start();
}

bool postgres_server::look_whether_up() {
  if (!process_->runs())
    start();
  return says_ready();
}

bool postgres_server::says_ready() {
  std::ifstream file{data_ / "postmaster.pid"};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines.size() >= 8 && lines[0] == std::to_string(process_->id()) && lines[7].starts_with("ready");
}

void postgres_server::kill() {
  process_->kill();
  wait_for_leftovers();
}

/// Its own children end when they notice that it is gone, and hold what the next server needs until then.
void postgres_server::wait_for_leftovers() const {
  const auto until = std::chrono::steady_clock::now() + leftovers_patience;
  const auto any_left = [this] {
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc", gone}) {
      std::error_code not_ours;
      if (std::filesystem::read_symlink(entry.path() / "cwd", not_ours) == data_ && !not_ours)
        return true;
    }
    return false;
  };
  while (any_left() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

void postgres_server::pause() { signal_all(SIGSTOP); }
void postgres_server::resume() { signal_all(SIGCONT); }

/// To the server and to each of its children, which are sessions of their own: they all work in its folder.
void postgres_server::signal_all(int signal) const {
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", gone}) {
    std::error_code not_ours;
    if (std::filesystem::read_symlink(entry.path() / "cwd", not_ours) != data_ || not_ours)
      continue;
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec == std::errc{} && pid > 1)
      ::kill(pid, signal);
  }
}

} // namespace sagad::chaos::storm

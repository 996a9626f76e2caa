#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tools/sagachaos/storm/private_process.hpp"

namespace sagad::chaos::storm {

/// A private PostgreSQL on loopback, with a folder and a port of its own. What it commits is on the disk. Needs the
/// server's programs, not its service; as root it runs as the user postgres. Belongs to one thread. Throws
/// `std::runtime_error` with a sentence.
class postgres_server {
public:
  /// Makes the database, in `folder`, which it creates. Starts nothing.
  postgres_server(std::filesystem::path folder, bool tls);
  ~postgres_server();

  std::uint16_t port() const { return port_; }
  std::string url() const { return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres"; }

  /// Does not wait. After `kill` it recovers what was committed.
  void start();
  /// True when it answers; starts it again when it ended, because what the last one left may have been in use.
  bool look_whether_up();
  void kill();
  void pause();
  void resume();

private:
  void create();
  process_spec as_user(std::vector<std::string> command) const;
  bool says_ready();
  void wait_for_leftovers() const;
  void signal_all(int signal) const;

  std::filesystem::path bin_, folder_, data_;
  bool tls_;
  std::uint16_t port_;
  std::optional<unix_user> user_;
  std::unique_ptr<private_process> process_;
};

} // namespace sagad::chaos::storm

#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/private_process.hpp"
#include "tools/sagachaos/storm/tcp_gate.hpp"

namespace sagad::chaos::storm {

/// Where a node of sagad finds what it needs.
struct sagad_place {
  /// Of the program and its settings.
  std::filesystem::path program;
  std::filesystem::path folder;
  std::string name;
  /// Empty: all.
  std::string roles;
  std::string config;
  bool tls = false;
  /// Of the brokers.
  std::vector<std::uint16_t> broker_ports;
  /// Of the database; zero: a SQLite file in the folder instead.
  std::uint16_t store_port = 0;
};

/// One sagad, behind gates of its own. Belongs to one thread. Throws `std::runtime_error`.
class sagad_process {
public:
  sagad_process(const sagad_place& place, std::uint64_t seed);

  const std::string& name() const { return name_; }
  /// As the node is given it, through the gate.
  const std::string& store_url() const { return store_url_; }

  /// Does not wait.
  void start();
  /// True once it says so itself.
  bool is_ready();
  bool serves() { return process_->runs() && is_ready(); }
  private_process& process() { return *process_; }
  /// What a sanitizer reported since this was last asked, its first line; empty: nothing.
  std::string sanitizer_report();
  std::string last_words(std::size_t bytes = 4'000) const;

  /// Nothing: its store is a file.
  tcp_gate* to_store() { return to_store_.get(); }
  std::vector<std::unique_ptr<tcp_gate>>& to_brokers() { return to_brokers_; }

private:
  std::string name_, store_url_;
  std::unique_ptr<tcp_gate> to_store_;
  std::vector<std::unique_ptr<tcp_gate>> to_brokers_;
  std::filesystem::path log_;
  /// How long the log was at the last start.
  std::uintmax_t said_before_ = 0;
  bool is_ready_ = false;
  /// How far the log was searched for what a sanitizer says.
  std::streamoff searched_ = 0;
  std::unique_ptr<private_process> process_;
};

} // namespace sagad::chaos::storm

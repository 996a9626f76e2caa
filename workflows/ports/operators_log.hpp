#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflows/moment.hpp"
#include "workflows/ports/store_result.hpp"

namespace sagad {

/// Something an operator did. Never changed.
struct log_entry {
  std::uint64_t number = 0;
  moment at{};
  std::string who;
  /// As typed: `order retry`, `operation stop`, `participant hold`, `deadletter discard`, `note`, `node drain`, ...
  std::string verb;
  /// What it was done to: an operation's id, a participant, a dead letter, a group, a node.
  std::string subject;
  /// In the operator's words; empty when they gave none.
  std::string why;
  /// How much or how far, for people: `1000 orders`.
  std::string detail;
};

/// What operators leave on a group of stuck orders for each other (see `operations::stuck`).
struct group_note {
  /// `operations::key_of` the cause.
  std::string group;
  std::string text;
  std::string who;
  moment at{};
};

/// What operators did and wrote down. Part of the back office; the other desks write to the log by themselves.
class operators_log {
public:
  virtual ~operators_log() = default;

  /// Newest first.
  virtual store_result<std::vector<log_entry>> operator_log(std::optional<std::size_t> limit) = 0;

  /// Replaces the group's note; an empty text takes it away. Logged.
  virtual store_result<void> set_note(const group_note& note) = 0;
  /// By group.
  virtual store_result<std::vector<group_note>> notes() = 0;
};

} // namespace sagad

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/operators_log.hpp"
#include "workflows/ports/participant_rules.hpp"

namespace sagad::sqlite {

/// What operators decided about participants, wrote down, and did. Works within the caller's transactions.
class rule_book {
public:
  explicit rule_book(const connection& on);

  void set(const participant_rule& rule);
  /// False when there was none.
  bool clear(const std::string& on);
  /// By name.
  std::vector<participant_rule> rules();

  void set(const group_note& note);
  /// By group.
  std::vector<group_note> notes();

  /// The log gives the entry its number.
  void log(const log_entry& e);
  /// Newest first.
  std::vector<log_entry> entries(std::optional<std::size_t> limit);

private:
  statement set_rule_;
  statement clear_rule_;
  statement select_rules_;
  statement set_note_;
  statement clear_note_;
  statement select_notes_;
  statement insert_entry_;
  statement select_entries_;
};

} // namespace sagad::sqlite

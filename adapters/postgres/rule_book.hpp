#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/operators_log.hpp"
#include "workflows/ports/participant_rules.hpp"

namespace sagad::postgres {

/// What operators decided about participants, wrote down, and did. Works within the caller's transactions.
class rule_book {
public:
  explicit rule_book(connection& on) : on_(on) {}

  void set(pqxx::transaction_base& t, const participant_rule& rule);
  /// False when there was none.
  bool clear(pqxx::transaction_base& t, const std::string& on);
  /// By name.
  std::vector<participant_rule> rules(pqxx::transaction_base& t);

  void set(pqxx::transaction_base& t, const group_note& note);
  /// By group.
  std::vector<group_note> notes(pqxx::transaction_base& t);

  /// The log gives the entries their numbers, in their order.
  void log(pqxx::transaction_base& t, const std::vector<log_entry>& entries);
  /// Newest first.
  std::vector<log_entry> entries(pqxx::transaction_base& t, std::optional<std::size_t> limit);

private:
  connection& on_;
};

} // namespace sagad::postgres

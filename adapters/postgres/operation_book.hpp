#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::postgres {

/// The operators' wishes: operations and the repairs in their sets. Works within the caller's transactions.
class operation_book {
public:
  explicit operation_book(connection& on) : on_(on) {}

  /// Writes the operation down, the first `release` of its set released; returns its number.
  std::int64_t plan(pqxx::transaction_base& t, const operation_request& asked, const std::vector<repair_target>& set,
                    std::size_t release, const std::string& pacer, moment now);
  /// It exists, nobody has stopped it, and this pacer goes on with it. Nobody changes that before the transaction ends.
  bool is_paced_by(pqxx::transaction_base& t, std::int64_t operation, const std::string& pacer);
  std::size_t release(pqxx::transaction_base& t, std::int64_t operation, std::size_t count, moment now);
  /// Nobody else changes it before the transaction ends.
  void lock(pqxx::transaction_base& t, std::int64_t operation);
  void stop(pqxx::transaction_base& t, std::int64_t operation, const std::string& who, const std::string& why,
            moment now);
  void resume(pqxx::transaction_base& t, std::int64_t operation, const std::string& pacer);

  std::optional<operation> find(pqxx::transaction_base& t, std::int64_t number);
  /// Newest first.
  std::vector<operation> list(pqxx::transaction_base& t, std::optional<std::size_t> limit);
  std::vector<repair> repairs(pqxx::transaction_base& t, std::int64_t operation);
  /// Those that are not over.
  std::size_t count_open(pqxx::transaction_base& t);

  /// Of the repairs behind `position` that may have a result, the first `count_max`.
  std::vector<seen_repair> look(pqxx::transaction_base& t, std::int64_t operation, operations::operator_action what,
                                std::int64_t position, std::size_t count_max);
  void record(pqxx::transaction_base& t, std::int64_t operation, const std::vector<seen_repair>& seen);

private:
  void fill_in_counts(pqxx::transaction_base& t, std::vector<operation>& of);

  connection& on_;
};

} // namespace sagad::postgres

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::sqlite {

/// The operators' wishes: operations and the repairs in their sets. Works within the caller's transactions.
class operation_book {
public:
  operation_book(const connection& on, saga_numbers& numbers);

  /// Writes the operation down, the first `release` of its set released; returns its number.
  std::int64_t plan(const operation_request& asked, const std::vector<repair_target>& set, std::size_t release,
                    const std::string& pacer, moment now);
  /// It exists, nobody has stopped it, and this pacer goes on with it.
  bool is_paced_by(std::int64_t operation, const std::string& pacer);
  std::size_t release(std::int64_t operation, std::size_t count, moment now);
  void stop(std::int64_t operation, const std::string& who, const std::string& why, moment now);
  void resume(std::int64_t operation, const std::string& pacer);

  std::optional<operation> find(std::int64_t number);
  /// Newest first.
  std::vector<operation> list(std::optional<std::size_t> limit);
  std::vector<repair> repairs(std::int64_t operation);
  /// Those that are not over.
  std::size_t count_open();

  /// Of the repairs behind `position` that may have a result, the first `count_max`.
  std::vector<seen_repair> look(std::int64_t operation, operations::operator_action what, std::int64_t position,
                                std::size_t count_max);
  void record(std::int64_t operation, const std::vector<seen_repair>& seen);

private:
  repair_counts counts_of(std::int64_t operation);
  void add(std::int64_t operation, std::int64_t position, const repair_target& t, bool& released, moment now);

  const connection& on_;
  saga_numbers& numbers_;
  statement insert_;
  statement find_saga_;
  statement insert_repair_;
  statement select_paced_;
  statement release_;
  statement stop_;
  statement resume_;
  statement select_;
  statement list_;
  statement count_;
  statement select_repairs_;
  statement count_open_;
  statement look_;
  statement record_;
};

} // namespace sagad::sqlite

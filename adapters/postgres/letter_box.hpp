#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/dead_letters.hpp"

namespace sagad::postgres {

/// The dead letters. Works within the caller's transactions.
class letter_box {
public:
  explicit letter_box(connection& on) : on_(on) {}

  void keep(pqxx::transaction_base& t, const std::vector<dead_letter>& letters);

  std::optional<kept_letter> find(pqxx::transaction_base& t, std::uint64_t number);
  /// Nobody else changes it before the transaction ends.
  std::optional<kept_letter> find_and_lock(pqxx::transaction_base& t, std::uint64_t number);
  /// Newest first.
  std::vector<kept_letter> list(pqxx::transaction_base& t, const letter_filter& filter);
  /// Those that nobody discarded.
  std::size_t count(pqxx::transaction_base& t);

  /// One verdict per number, in the order given.
  std::vector<letter_verdict> discard(pqxx::transaction_base& t, const std::vector<std::uint64_t>& numbers,
                                      const std::string& who, moment now);
  std::vector<letter_verdict> restore(pqxx::transaction_base& t, const std::vector<std::uint64_t>& numbers);
  void note_requeued(pqxx::transaction_base& t, std::uint64_t number, const std::string& result, moment now);

  bool has_discarded(pqxx::transaction_base& t, moment before);
  std::size_t purge(pqxx::transaction_base& t, moment discarded_before, std::size_t count_max);

private:
  std::vector<letter_verdict> verdicts_of(pqxx::transaction_base& t, const pqxx::result& changed,
                                          const std::vector<std::uint64_t>& numbers);

  connection& on_;
};

} // namespace sagad::postgres

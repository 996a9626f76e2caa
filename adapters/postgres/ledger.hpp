#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/book.hpp"
#include "adapters/postgres/connection.hpp"

namespace sagad::postgres {

/// The participants of this process: carries out what `rule_for` decides, within the caller's transaction. Reads into
/// a book what the commands touch, has the book decide, and writes back what changed.
class ledger {
public:
  ledger(connection& on, checkout::money initial_credit) : on_(on), initial_credit_(initial_credit) {}

  /// As if each were carried out alone, in the order given. Throws `conflict` when another session changed meanwhile
  /// what the answers went by. `lost_before`: it did so just now, so that levels are locked before they are read.
  std::vector<ledger_answer> carry_out(pqxx::transaction_base& t, const std::vector<ledger_command>& commands,
                                       bool lost_before);

private:
  enum class levels { as_they_are, locked };

  book read(pqxx::transaction_base& t, const std::vector<ledger_command>& commands, levels how);

  connection& on_;
  checkout::money initial_credit_;
  /// Money or goods ran out in the last batch: they do again.
  bool is_scarce_ = false;
};

} // namespace sagad::postgres

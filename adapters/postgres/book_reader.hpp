#pragma once

#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/book.hpp"
#include "adapters/postgres/connection.hpp"

namespace sagad::postgres {

/// Copies into a book what a list of commands touches. To be called in this order.
class book_reader {
public:
  book_reader(connection& on, pqxx::transaction_base& t, book& into) : on_(on), t_(t), book_(into) {}

  void read_pages(const std::vector<ledger_command>& commands);
  /// What undos may have to take back.
  void read_effects_to_undo(const std::vector<ledger_command>& commands);
  /// Wallets, then shelves, each in the order of their keys. Locked, they stay as they are until the transaction ends.
  void read_levels(const std::vector<ledger_command>& commands, bool locked);

private:
  void read_charges(const std::vector<const effect_key*>& keys);
  void read_units(const std::vector<const effect_key*>& keys);
  void read_wallets(const std::set<std::string>& customers, bool locked);
  void read_shelves(const std::set<std::string>& items, bool locked);
  void require_levels_of_effects() const;

  connection& on_;
  pqxx::transaction_base& t_;
  book& book_;
};

} // namespace sagad::postgres

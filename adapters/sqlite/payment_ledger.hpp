#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/inbox.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::sqlite {

/// The wallets and the charges on them. In every committed state: credited = balance + charges not undone.
class payment_ledger {
public:
  explicit payment_ledger(const connection& on);

  /// Debits the wallet, which it opens for a new customer, and books the charge; or refuses and changes nothing
  /// of the balance.
  ledger_answer apply(const effect_key& key, const charge& what, checkout::money initial_credit);
  /// Pays the charge back.
  void reverse(const effect_key& key);

  /// None when the wallet cannot hold that much.
  std::optional<wallet> credit(const customer_id& customer, checkout::money amount, checkout::money initial_credit);
  std::optional<wallet> find(const customer_id& customer);
  std::vector<wallet> all();

private:
  void open_wallet(const customer_id& customer, checkout::money initial_credit);

  statement debit_;
  statement select_balance_;
  statement open_wallet_;
  statement insert_charge_;
  statement undo_charge_;
  statement refund_;
  statement credit_;
  statement select_all_;
};

} // namespace sagad::sqlite

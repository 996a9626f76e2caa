#pragma once

#include "adapters/sqlite/delivery_ledger.hpp"
#include "adapters/sqlite/inbox.hpp"
#include "adapters/sqlite/inventory_ledger.hpp"
#include "adapters/sqlite/payment_ledger.hpp"
#include "adapters/sqlite/saga_numbers.hpp"

namespace sagad::sqlite {

/// The participants of this process: carries out what `rule_for` decides, within the caller's transaction.
class ledger {
public:
  ledger(const connection& on, saga_numbers& numbers, checkout::money initial_credit);

  ledger_answer answer(const ledger_command& asked);

private:
  ledger_answer apply(const effect_key& key, const ledger_command& asked);
  void reverse(const effect_key& key, std::string_view kind);

  saga_numbers& numbers_;
  checkout::money initial_credit_;
  inbox inbox_;
  payment_ledger payment_;
  inventory_ledger inventory_;
  delivery_ledger delivery_;
};

} // namespace sagad::sqlite

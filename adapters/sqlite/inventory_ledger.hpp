#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/inbox.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::sqlite {

/// The shelves and what orders hold of them. In every committed state: added = available + reserved, and reserved
/// is what orders hold.
class inventory_ledger {
public:
  explicit inventory_ledger(const connection& on);

  /// Reserves all lines; or refuses and reserves none.
  ledger_answer apply(const effect_key& key, const reservation& what);
  /// Puts the units back on the shelf.
  void reverse(const effect_key& key);

  /// None when the shelf cannot hold that many.
  std::optional<stock_level> add(const sku& item, checkout::quantity count);
  std::vector<stock_level> all();

private:
  statement move_;
  statement select_;
  statement insert_units_;
  statement select_units_;
  statement release_;
  statement add_;
  statement select_all_;
};

} // namespace sagad::sqlite

#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::sqlite {

/// What is sold, and for how much.
class catalog {
public:
  explicit catalog(const connection& on);

  std::optional<checkout::money> price_of(const sku& item);
  void set_price(const sku& item, checkout::money price);
  std::vector<catalog_entry> all();

private:
  statement select_;
  statement upsert_;
  statement select_all_;
};

} // namespace sagad::sqlite

#include "adapters/sqlite/catalog.hpp"

namespace sagad::sqlite {

catalog::catalog(const connection& on)
    : select_(on, "SELECT price FROM catalog WHERE sku = ?1"),
      upsert_(on, "INSERT INTO catalog (sku, price) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET price = ?2"),
      select_all_(on, "SELECT sku, price FROM catalog ORDER BY sku") {}

std::optional<checkout::money> catalog::price_of(const sku& item) { return select_.integer(item.value); }

void catalog::set_price(const sku& item, checkout::money price) { upsert_.run(item.value, price); }

std::vector<catalog_entry> catalog::all() {
  std::vector<catalog_entry> found;
  select_all_.each([&](const row& r) { found.push_back({.item = sku{r.text(0)}, .price = r.integer(1)}); });
  return found;
}

} // namespace sagad::sqlite

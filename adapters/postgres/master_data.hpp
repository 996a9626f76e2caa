#pragma once

#include <optional>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::postgres {

/// What the operator keeps: prices, stock, wallets. Works within the caller's transactions.
class master_data {
public:
  explicit master_data(connection& on) : on_(on) {}

  void set_price(pqxx::transaction_base& t, const sku& item, checkout::money price);
  std::vector<catalog_entry> catalog(pqxx::transaction_base& t);

  /// None when the shelf cannot hold that many.
  std::optional<stock_level> add_stock(pqxx::transaction_base& t, const sku& item, checkout::quantity count);
  std::vector<stock_level> stock(pqxx::transaction_base& t);

  /// Opens the wallet first if it is new. None when it cannot hold that much.
  std::optional<wallet> credit(pqxx::transaction_base& t, const customer_id& customer, checkout::money amount,
                               checkout::money initial_credit);
  std::optional<wallet> find_wallet(pqxx::transaction_base& t, const customer_id& customer);
  std::vector<wallet> wallets(pqxx::transaction_base& t);

private:
  connection& on_;
};

} // namespace sagad::postgres

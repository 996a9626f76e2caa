#pragma once

#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/sagas.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace sagad::postgres {

/// What was decided about a list of submissions: one answer each, and the sagas of those that were new.
struct accepted_orders {
  std::vector<acceptance> answers;
  std::vector<stored_saga> begun;
};

/// The accepted orders. Decides on submissions and inserts orders and sagas, within the caller's transaction.
class orders {
public:
  explicit orders(connection& on) : on_(on), sagas_(on) {}

  /// As if each were decided alone, in the order given. Fails as a unique violation when somebody else inserts one of
  /// the ids meanwhile: done again, it is a duplicate.
  accepted_orders accept(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions,
                         const checkout::acceptance_terms& terms, moment now);

private:
  using texts_by_id = std::unordered_map<std::string, std::string>;
  using prices_by_sku = std::unordered_map<sku, checkout::money>;

  texts_by_id texts_of_known(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions);
  prices_by_sku prices_of(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions);

  connection& on_;
  sagas sagas_;
  std::mt19937_64 random_{std::random_device{}()};
};

} // namespace sagad::postgres

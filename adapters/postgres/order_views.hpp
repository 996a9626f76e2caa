#pragma once

#include <optional>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/repair_rules.hpp"

namespace sagad::postgres {

/// The orders as the operator sees them. Works within the caller's transactions.
class order_views {
public:
  explicit order_views(connection& on) : on_(on) {}

  std::optional<order_view> find(pqxx::transaction_base& t, const order_id& id);
  /// Newest first.
  std::vector<order_view> list(pqxx::transaction_base& t, const order_filter& filter);

  /// In their order, the first `count_max`.
  std::vector<order_id> ids_in(pqxx::transaction_base& t, const id_range& range, std::size_t count_max);

  struct census {
    std::vector<state_count> counts;
    std::optional<order_view> oldest_unfinished;
  };
  census take_census(pqxx::transaction_base& t);

private:
  connection& on_;
};

} // namespace sagad::postgres

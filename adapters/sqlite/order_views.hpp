#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/repair_rules.hpp"

namespace sagad::sqlite {

/// The orders as the operator sees them.
class order_views {
public:
  explicit order_views(const connection& on);

  std::optional<order_view> find(const order_id& id);
  /// Newest first.
  std::vector<order_view> list(const order_filter& filter);

  /// Of accepted orders, in their order, the first `count_max`.
  std::vector<order_id> ids_in(const id_range& range, std::size_t count_max);

  struct census {
    std::vector<state_count> counts;
    std::optional<order_view> oldest_unfinished;
  };
  census take_census();

private:
  statement find_;
  statement list_;
  statement count_;
  statement find_by_number_;
  statement ids_;
};

} // namespace sagad::sqlite

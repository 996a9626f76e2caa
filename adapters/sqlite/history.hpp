#pragma once

#include <cstdint>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/saga.hpp"

namespace sagad::sqlite {

/// The facts of each order, in order.
class history {
public:
  explicit history(const connection& on);

  /// A fact that is there already stays as it is.
  void append(std::int64_t saga, const fact& f);
  std::vector<fact> of(const order_id& order, std::uint64_t after);

private:
  statement insert_;
  statement select_;
};

} // namespace sagad::sqlite

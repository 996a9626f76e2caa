#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/saga.hpp"

namespace sagad::sqlite {

/// The facts of each order, in order.
class history {
public:
  explicit history(const connection& on);

  /// A fact that is there already stays as it is: false.
  bool append(std::int64_t saga, const fact& f);
  /// The first `count_max` of the facts with a sequence above `after`; all of them without a bound.
  std::vector<fact> of(const order_id& order, std::uint64_t after, std::optional<std::size_t> count_max = {});

private:
  statement insert_;
  statement select_;
};

} // namespace sagad::sqlite

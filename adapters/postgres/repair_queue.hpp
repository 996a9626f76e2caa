#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::postgres {

/// The released repairs, as nodes take them and record what they made of them. Works within the caller's transactions.
class repair_queue {
public:
  explicit repair_queue(connection& on) : on_(on) {}

  /// Whether `claim` would find something for the node with epoch `owner`.
  bool has_claimable(pqxx::transaction_base& t, std::uint64_t owner, moment now);

  /// Repairs that are being handed out; `is_taken`: of which the saga was nobody's until now.
  struct handed {
    std::vector<claimed_repair> what;
    std::vector<bool> is_taken;
  };
  /// As `store::claim_repairs`. Passes over what another session works on just now.
  handed claim(pqxx::transaction_base& t, std::size_t count_max, moment now, std::uint64_t owner);

  /// Changes nothing of a repair that is not released any more.
  void record(pqxx::transaction_base& t, const std::vector<recorded_outcome>& outcomes, moment now);

private:
  connection& on_;
};

} // namespace sagad::postgres

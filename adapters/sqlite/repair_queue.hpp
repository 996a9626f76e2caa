#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/sqlite/outbox.hpp"
#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/sagas.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::sqlite {

/// The released repairs, as a node takes them and records what it made of them. Works within the caller's transactions.
class repair_queue {
public:
  repair_queue(const connection& on, saga_numbers& numbers, sagas& journal, outbox& unpublished);

  /// As `store::claim_repairs`, for the node with epoch `owner`. Where it `publishes`, what it takes comes with its
  /// unpublished facts; what it drove already, it has.
  bool has_claimable(std::uint64_t owner, moment now);
  std::vector<claimed_repair> claim(std::size_t count_max, moment now, std::uint64_t owner, bool publishes);

  /// Changes nothing when the repair is not released any more.
  void record(const recorded_outcome& outcome, moment now);

private:
  saga_numbers& numbers_;
  sagas& journal_;
  outbox& unpublished_;
  statement any_;
  statement select_;
  statement hand_out_;
  statement record_;
};

} // namespace sagad::sqlite

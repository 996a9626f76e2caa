#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/sqlite/history.hpp"
#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::sqlite {

/// Which facts the broker is not known to have: per saga all from one sequence on. Works within the caller's
/// transactions.
class outbox {
public:
  outbox(const connection& on, saga_numbers& numbers, history& facts);

  /// The saga's facts from `first` on are to be published, and those before it that were to be already.
  void await_publication(std::int64_t saga, std::uint64_t first, moment now);
  /// The same for all facts of a saga that has just begun.
  void await_publication(const saga& begun, moment now);

  /// The broker has them up to the publication's sequence. Says nothing of a saga that is not there.
  void note_published(const publication& p, moment now);

  /// The saga's unpublished facts, in order.
  std::vector<fact> of(const saga_id& id);

  /// As `store::claim_unpublished`.
  bool has_idle(moment idle_since);
  std::vector<fact> claim(std::size_t sagas_max, moment idle_since, moment now);

  std::size_t count();

private:
  saga_numbers& numbers_;
  history& facts_;
  statement insert_;
  statement remove_;
  statement raise_;
  statement select_first_;
  statement any_idle_;
  statement select_idle_;
  statement touch_;
  statement count_;
};

} // namespace sagad::sqlite

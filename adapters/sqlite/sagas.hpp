#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/saga_numbers.hpp"
#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/stored_rows.hpp"

namespace sagad::sqlite {

/// The columns that make a saga, as stored_rows.hpp reads them; of `sagas s`, `saga_numbers n`.
inline constexpr std::string_view saga_columns = "n.id, s.state, s.outcome, s.sequence, s.step, s.next_wakeup_at, "
                                                 "s.created_at, s.updated_at, s.definition, s.version, s.progress";
/// Where each saga stands, and who drives it: the node with epoch `owner`, or nobody until a node claims it.
class sagas {
public:
  sagas(const connection& on, saga_numbers& numbers);

  /// Without an owner it waits to be claimed.
  void insert(std::int64_t number, const saga& begun, std::optional<std::uint64_t> owner);

  /// Records progress made by the node with epoch `owner`; returns the saga's number. None, and nothing changed,
  /// when the store knows later progress. Throws a `failure` for a saga that was never begun here.
  std::optional<std::int64_t> record(const saga_update& u, std::uint64_t owner);

  bool has_claimable(moment due);
  std::vector<stored_saga> claim(std::size_t count_max, moment due, std::uint64_t owner);
  /// It belongs to the node with epoch `owner` from now on.
  void take(const saga_id& id, std::int64_t number, std::uint64_t owner);
  std::optional<stored_saga> load(const saga_id& id);

  /// What other epochs than `except` drive may be claimed at once. Their nodes are gone.
  void release_all_but(std::uint64_t except);
  void release_all_of(std::uint64_t owner);

private:
  bool write_progress(std::int64_t number, const saga& s);
  bool write_all(std::int64_t number, const saga& s, std::optional<std::uint64_t> owner);
  const std::string& progress_of(const saga& s);

  saga_numbers& numbers_;
  statement insert_;
  statement progress_;
  statement all_;
  statement any_claimable_;
  statement select_claimable_;
  statement take_;
  statement select_;
  statement release_others_;
  statement release_;
  std::string text_;
};

} // namespace sagad::sqlite

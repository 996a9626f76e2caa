#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/statement.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"

namespace sagad::sqlite {

/// The participants in the column `plays`.
std::vector<std::string> plays_in(std::string_view column);

/// Each start of a node is an incarnation with an epoch of its own; the lease's epoch says which of them may
/// write.
class nodes {
public:
  explicit nodes(const connection& on);

  /// Raises the lease's epoch; whatever had it before is fenced from now on.
  std::uint64_t add(const node_options& options, moment now);

  /// Throws a `failure` that says `fenced` when the lease went to another. Inside the transaction that it guards.
  void require_lease(std::uint64_t epoch);
  /// Without the rules about participants, which stand elsewhere.
  beat_answer beat(std::uint64_t epoch, const sign_of_life& sign);
  /// Returns whether a node of that name has the lease and has not left it.
  bool ask_to_drain(const std::string& name);

  std::uint64_t lease_epoch();
  /// What the nodes said: of faults the last one, of new customers the last one that plays payment, and whether any has
  /// ever published; what a new node that publishes would say when there was none.
  node_options terms();
  /// Newest first. `file_is_leased`: some process holds the file's lease.
  std::vector<node_view> all(bool file_is_leased);

private:
  statement raise_lease_;
  statement select_lease_;
  statement insert_;
  statement beat_;
  statement ask_to_drain_;
  statement select_terms_;
  statement select_publishes_;
  statement forget_unpublished_;
  statement select_all_;
};

} // namespace sagad::sqlite

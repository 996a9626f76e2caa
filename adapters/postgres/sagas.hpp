#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::postgres {

/// Where each saga stands, and who drives it. Works within the caller's transactions.
class sagas {
public:
  explicit sagas(connection& on) : on_(on) {}

  /// Sagas that began in one transaction: they differ in nothing but their ids. Without an owner they wait to be
  /// claimed.
  void insert(pqxx::transaction_base& t, const std::vector<const saga*>& begun, std::optional<std::uint64_t> owner);

  /// Records progress made by the node with epoch `owner`; returns the sagas that were, which are not those of which
  /// later progress is known or that another node drives. Throws a `failure` for one that was never begun.
  std::unordered_set<std::string> record(pqxx::transaction_base& t, const std::vector<const saga_update*>& updates,
                                         std::uint64_t owner);

  /// Whether `claim` would find something.
  bool has_claimable(pqxx::transaction_base& t, moment due);
  /// What nodes that are gone left behind, then what is due, longest first. Passes over what another node is claiming
  /// just now, so that nodes share.
  std::vector<stored_saga> claim(pqxx::transaction_base& t, std::size_t count_max, moment due, std::uint64_t owner);

  std::optional<stored_saga> load(pqxx::transaction_base& t, const saga_id& id);

private:
  void require_begun(pqxx::transaction_base& t, const std::vector<const saga_update*>& updates);

  connection& on_;
};

} // namespace sagad::postgres

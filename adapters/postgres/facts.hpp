#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::postgres {

/// What happened to each order, and which of it the broker is not known to have. Works within the caller's
/// transactions.
class facts {
public:
  explicit facts(connection& on) : on_(on) {}

  /// A fact that is there already stays as it is, and is left out of what is returned, which is in the order given.
  /// Unless `some_are_known`, it fails as a unique violation instead: rare, and quicker when it does not happen.
  std::vector<fact> append(pqxx::transaction_base& t, std::vector<fact> happened, bool some_are_known);

  /// An order's history above a sequence.
  std::vector<fact> of(pqxx::transaction_base& t, const order_id& order, std::uint64_t after);

  /// These, and what comes after them, are to be published; what came before them and was to be is already.
  void await_publication(pqxx::transaction_base& t, const std::vector<fact>& happened, moment now);

  /// What the node with epoch `owner` heard from the broker.
  void note_published(pqxx::transaction_base& t, const std::vector<publication>& told, std::uint64_t owner, moment now);

  /// Gives each of the sagas its unpublished facts.
  void fill_in_unpublished(pqxx::transaction_base& t, std::vector<stored_saga>& sagas);

  /// As `store::claim_unpublished`.
  bool has_idle(pqxx::transaction_base& t, moment idle_since);
  std::vector<fact> claim(pqxx::transaction_base& t, std::size_t sagas_max, moment idle_since, moment now);

private:
  connection& on_;
};

} // namespace sagad::postgres

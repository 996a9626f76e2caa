#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/postgres/connection.hpp"
#include "adapters/postgres/life_watch.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::postgres {

/// The incarnations of nodes, and which of them may write. Works within the caller's transactions.
class nodes {
public:
  explicit nodes(connection& on) : on_(on) {}

  /// Begins an incarnation; returns its epoch.
  std::uint64_t add(pqxx::transaction_base& t, const node_options& options, moment now);

  /// What it tells a node that may write, save the rules about participants; none when it may not.
  std::optional<beat_answer> beat(pqxx::transaction_base& t, std::uint64_t epoch, const sign_of_life& sign);
  /// The last beat. Waits for commits of other sessions that are in flight; later ones see it. None when the node was
  /// fenced before.
  std::optional<beat_answer> leave(pqxx::transaction_base& t, std::uint64_t epoch, const sign_of_life& sign);
  /// All that may write, save `except`.
  std::vector<life_watch::node> alive_but(pqxx::transaction_base& t, std::uint64_t except);
  /// Fences the node unless it has beaten since it was seen; false then, and while a commit of it is in flight: who
  /// waited for that would fall silent itself.
  bool fence(pqxx::transaction_base& t, const life_watch::node& silent, std::uint64_t by, moment now);

  /// Tells other sessions that there may be work for them.
  void tell_others(pqxx::transaction_base& t);

  /// The living nodes of that name are asked to leave; how many.
  std::size_t ask_to_drain(pqxx::transaction_base& t, const std::string& name);
  /// What the nodes said, those that live before those that do not: faults are allowed when all of them do, a new
  /// customer gets what the last one that plays payment gives; and whether any has ever published. What a new node that
  /// publishes would say when there was none.
  node_options terms(pqxx::transaction_base& t);
  /// Newest first.
  std::vector<node_view> all(pqxx::transaction_base& t);

private:
  connection& on_;
};

/// The participants in an array that PostgreSQL wrote, as `nodes.plays`: no name needs quoting.
std::vector<std::string> plays_in(std::string_view array);

} // namespace sagad::postgres

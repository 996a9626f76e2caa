#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflows/ports/back_office.hpp"
#include "workflows/ports/node_options.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::postgres {

// A store is named by a URL as libpq reads it: `postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full&...`.
// Password files, service files, PG* variables and TLS are libpq's business and work as its users expect. No error
// names a password.

/// What a migration did. Equal numbers: only the roles' rights were granted again.
struct migration {
  int from = 0;
  int to = 0;
};

/// Creates the schema `sagad` in the database or brings it to the newest version, in one transaction; who migrates
/// at the same time waits. Then grants the roles of deploy/postgres/roles.sql, where they exist, what they need.
store_result<migration> migrate(const std::string& url);

/// The sessions of one incarnation of a node, each with a connection of its own and for a thread of its own. Any
/// of them can do everything; this is how they are meant to be used.
struct node_sessions {
  /// Beats, claims, hears of others' work; the one that is told `leaving`, when the others are done.
  std::unique_ptr<store> keeper;
  /// Commit and load. One saga's commits belong to one gateway, or else the order of two of them is not certain.
  std::vector<std::unique_ptr<store>> gateways;
};

/// Tells elapsed time, as `std::chrono::steady_clock` does. Called from the keeper's thread. Virtual in tests.
using steady_fn = std::function<std::chrono::steady_clock::time_point()>;

/// Begins a node's incarnation beside any others. Never creates a schema: a node needs no right to.
store_result<node_sessions> open_node(const std::string& url, const node_options& options, std::size_t gateways,
                                      steady_fn elapsed = std::chrono::steady_clock::now);

/// Begins an operator's session. It needs no more rights than the calls that are made: a reader's suffice to read.
store_result<std::unique_ptr<back_office>> open_back_office(const std::string& url,
                                                            const definition& begins = checkout::checkout_saga);

} // namespace sagad::postgres

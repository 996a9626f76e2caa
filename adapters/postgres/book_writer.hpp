#pragma once

#include <pqxx/transaction_base>

#include "adapters/postgres/book.hpp"
#include "adapters/postgres/connection.hpp"

namespace sagad::postgres {

/// Writes back what changed in a book since it was read: pages and effects, then wallets, then shelves, which everybody
/// wants, each in the order of their keys. Throws `conflict` when another session changed meanwhile what the book went
/// by, and as libpqxx does when it inserted one of the keys.
void write_back(connection& on, pqxx::transaction_base& t, const book& b);

} // namespace sagad::postgres

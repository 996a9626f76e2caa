#pragma once

#include <pqxx/transaction_base>

#include "adapters/postgres/connection.hpp"

namespace sagad::postgres {

/// The schema that this program reads and writes.
int newest_schema();

/// Throws a `failure` that tells a database without a store, an older schema and a newer one from each other, and
/// from a schema `sagad` that is another program's.
void require_newest_schema(connection& on);

/// Brings the store to the newest schema and grants the roles their rights, in one transaction; returns the schema
/// that it found, zero for none.
int apply_migrations(connection& on);

} // namespace sagad::postgres

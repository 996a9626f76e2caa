#pragma once

#include "adapters/sqlite/connection.hpp"

namespace sagad::sqlite {

/// What stands in the header of our files: "saga". `file` and others tell them apart by it.
inline constexpr std::int64_t application_id = 0x73616761;

/// The schema that this program reads and writes.
int newest_schema();

/// The schema of a store; zero for a file with nothing in it. Throws a `failure` for a file that is not ours.
int schema_of(const connection& file);

/// Throws a `failure` that tells an older schema from a newer one.
void require_newest_schema(const connection& file);

/// A connection to a store of the newest schema. Any other file is left as it was, and told by a `failure`.
connection open_current(const std::string& path);

/// Brings the store to the newest schema, in one transaction. The caller holds the lease.
void apply_migrations(const connection& file);

} // namespace sagad::sqlite

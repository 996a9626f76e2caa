#include "adapters/sqlite/migrations/migrate.hpp"

#include <array>

#include <SQLiteCpp/Statement.h>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/migrations/0001_first_light.hpp"
#include "adapters/sqlite/migrations/0002_facts_out.hpp"
#include "adapters/sqlite/migrations/0003_operators_desk.hpp"

namespace sagad::sqlite {

namespace {

/// Migration number i+1 makes schema i+1 out of schema i.
constexpr std::array<const char*, 3> migrations{first_light, facts_out, operators_desk};

std::int64_t ask(const connection& file, const char* sql) { return file.db().execAndGet(sql).getInt64(); }

void set_pragma(const connection& file, const std::string& name, std::int64_t value) {
  file.db().exec("PRAGMA " + name + " = " + std::to_string(value));
}

} // namespace

int newest_schema() { return static_cast<int>(migrations.size()); }

int schema_of(const connection& file) {
  const std::int64_t owner = ask(file, "PRAGMA application_id");
  const std::int64_t version = ask(file, "PRAGMA user_version");
  if (owner == application_id)
    return static_cast<int>(version);
  if (owner == 0 && version == 0 && ask(file, "SELECT count(*) FROM sqlite_schema") == 0)
    return 0;
  throw failure{store_error::kind::corrupt,
                file.path() + " is a SQLite database of another program; it was not touched"};
}

void require_newest_schema(const connection& file) {
  const int version = schema_of(file);
  const std::string has = file.path() + " has schema " + std::to_string(version) + ", this program needs " +
                          std::to_string(newest_schema());
  if (version < newest_schema())
    throw failure{store_error::kind::schema,
                  has + "; upgrade it with `sagad migrate --store sqlite:" + file.path() + "`"};
  if (version > newest_schema())
    throw failure{store_error::kind::schema, has + "; it was made by a newer sagad: use that one"};
}

connection open_current(const std::string& path) {
  connection file{path, if_absent::fail};
  require_newest_schema(file);
  return file;
}

void apply_migrations(const connection& file) {
  // Outside of the transaction, where alone it can be set. It stays with the file.
  if (schema_of(file) == 0)
    file.db().exec("PRAGMA journal_mode = WAL");
  transaction all{file, transaction::intent::writing};
  const auto done = static_cast<std::size_t>(schema_of(file));
  for (std::size_t next = done; next < migrations.size(); ++next)
    file.db().exec(migrations.at(next));
  set_pragma(file, "application_id", application_id);
  set_pragma(file, "user_version", newest_schema());
  all.commit();
}

} // namespace sagad::sqlite

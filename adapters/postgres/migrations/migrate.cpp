#include "adapters/postgres/migrations/migrate.hpp"

#include <array>
#include <string>

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include "adapters/postgres/failure.hpp"
#include "adapters/postgres/migrations/0001_real_nodes.hpp"
#include "adapters/postgres/migrations/0002_operators_desk.hpp"
#include "adapters/postgres/migrations/0003_long_outbox.hpp"
#include "adapters/postgres/migrations/grants.hpp"
#include "adapters/postgres/row.hpp"

namespace sagad::postgres {

namespace {

/// Migration number i+1 makes schema i+1 out of schema i.
constexpr std::array<const char*, 3> migrations{real_nodes, operators_desk, long_outbox};

/// Whoever migrates holds this lock of the database until the end of the transaction. "saga" in ASCII.
constexpr auto take_turns = "SELECT pg_advisory_xact_lock(x'73616761'::int)";

constexpr auto look = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'sagad'), "
                      "EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                      "        WHERE n.nspname = 'sagad' AND c.relname = 'schema_version'), "
                      "current_setting('server_encoding') = 'UTF8'";

constexpr auto make_schema = "CREATE SCHEMA sagad; "
                             "CREATE TABLE schema_version (program text PRIMARY KEY, version integer NOT NULL); "
                             "INSERT INTO schema_version VALUES ('sagad', 0)";

/// None: another program's. Zero: there is nothing yet.
std::optional<int> schema_in(pqxx::transaction_base& t, const std::string& store) {
  const pqxx::result seen = t.exec(look);
  const row found{seen.front()};
  if (!found.truth(2))
    throw failure{store_error::kind::corrupt,
                  store + " is a database whose encoding is not UTF8; create one with ENCODING 'UTF8'"};
  if (!found.truth(0))
    return 0;
  if (!found.truth(1))
    return std::nullopt;
  const pqxx::result versions = t.exec("SELECT version FROM sagad.schema_version WHERE program = 'sagad'");
  if (versions.size() != 1)
    return std::nullopt;
  return static_cast<int>(row{versions.front()}.integer(0));
}

int schema_of_ours(pqxx::transaction_base& t, const std::string& store) {
  if (const auto version = schema_in(t, store))
    return *version;
  throw failure{store_error::kind::corrupt,
                store + " has a schema \"sagad\" that is another program's; it was not touched"};
}

[[noreturn]] void refuse_newer(int version, const std::string& store) {
  throw failure{store_error::kind::schema, store + " has schema " + std::to_string(version) + ", this program needs " +
                                               std::to_string(newest_schema()) +
                                               "; it was made by a newer sagad: use that one"};
}

} // namespace

int newest_schema() { return static_cast<int>(migrations.size()); }

void require_newest_schema(connection& on) {
  pqxx::nontransaction t{on.up()};
  const int version = schema_of_ours(t, on.name());
  const std::string command = "`sagad migrate --store " + on.name() + "`";
  if (version == 0)
    throw failure{store_error::kind::schema, on.name() + " holds no store yet; make one with " + command};
  if (version < newest_schema())
    throw failure{store_error::kind::schema, on.name() + " has schema " + std::to_string(version) +
                                                 ", this program needs " + std::to_string(newest_schema()) +
                                                 "; upgrade it with " + command};
  if (version > newest_schema())
    refuse_newer(version, on.name());
}

int apply_migrations(connection& on) {
  pqxx::work all{on.up()};
  all.exec(take_turns);
  const int found = schema_of_ours(all, on.name());
  if (found > newest_schema())
    refuse_newer(found, on.name());
  if (found == 0)
    all.exec(make_schema);
  for (auto next = static_cast<std::size_t>(found); next < migrations.size(); ++next)
    all.exec(migrations.at(next));
  all.exec("UPDATE schema_version SET version = " + std::to_string(newest_schema()) + " WHERE version < " +
           std::to_string(newest_schema()));
  all.exec(grants);
  all.commit();
  return found;
}

} // namespace sagad::postgres

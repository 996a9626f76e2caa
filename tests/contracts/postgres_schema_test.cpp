#include <cstdlib>

#include <catch2/catch.hpp>

#include "adapters/postgres/conninfo.hpp"
#include "adapters/postgres/migrations/0001_real_nodes.hpp"
#include "tests/contracts/postgres_under_test.hpp"
#include "tests/contracts/shop.hpp"

namespace sagad::tests {

namespace {

using kind = store_error::kind;

/// Why neither a node nor an operator can use the store; both are told the same.
store_error refusal_of(const std::string& url) {
  const auto node = postgres::open_node(url, shop::usual(), 1);
  const auto office = postgres::open_back_office(url);
  REQUIRE_FALSE(node.has_value());
  REQUIRE_FALSE(office.has_value());
  CHECK(node.error().what == office.error().what);
  return node.error();
}

store_error migration_error_of(const std::string& url) {
  const auto migrated = postgres::migrate(url);
  REQUIRE_FALSE(migrated.has_value());
  return migrated.error();
}

} // namespace

TEST_CASE("migrating a server makes a store of nothing, and nothing of a store", "[postgres][schema]") {
  const postgres_database database;
  const auto first = must(postgres::migrate(database.url()));
  CHECK(first.from == 0);
  CHECK(first.to > 0);
  CHECK(must(postgres::migrate(database.url())).from == first.to);
  CHECK(postgres::open_node(database.url(), shop::usual(), 1).has_value());
}

TEST_CASE("a database without a store names the way to make one, and is left as it was", "[postgres][schema]") {
  const postgres_database database;
  const auto error = refusal_of(database.url());
  CHECK(error.what == kind::schema);
  CHECK_THAT(error.detail, Catch::Contains("no store yet") && Catch::Contains("sagad migrate --store postgresql://"));
  CHECK(run_sql(database.url(), "SELECT count(*) FROM pg_namespace WHERE nspname = 'sagad'") == "0");
}

TEST_CASE("an older schema of a server names the way to upgrade, a newer one the way out", "[postgres][schema]") {
  const postgres_database database;
  must(postgres::migrate(database.url()));
  run_sql(database.url(), "UPDATE sagad.schema_version SET version = 1000");
  const auto newer = refusal_of(database.url());
  CHECK(newer.what == kind::schema);
  CHECK_THAT(newer.detail, Catch::Contains("schema 1000") && Catch::Contains("newer"));
  CHECK(migration_error_of(database.url()).what == kind::schema);
  run_sql(database.url(), "UPDATE sagad.schema_version SET version = -1");
  const auto older = refusal_of(database.url());
  CHECK(older.what == kind::schema);
  CHECK_THAT(older.detail, Catch::Contains("schema -1") && Catch::Contains("sagad migrate"));
}

TEST_CASE("a server's store of schema 1 with orders in it goes on after its migration", "[postgres][schema]") {
  const postgres_database database;
  run_sql(database.url(), "CREATE SCHEMA sagad; SET search_path = sagad; "
                          "CREATE TABLE schema_version (program text PRIMARY KEY, version integer NOT NULL); "
                          "INSERT INTO schema_version VALUES ('sagad', 1);" +
                              std::string{postgres::real_nodes} +
                              "INSERT INTO dead_letters (source, reason, body, at) VALUES ('s', 'r', 'b', 7); "
                              "INSERT INTO nodes VALUES (nextval('epochs'), 'old', 1, 2, 3, 3, NULL, NULL, false, "
                              "false, '', '{payment}', 500, true, false); "
                              "INSERT INTO catalog VALUES ('token', 50)");
  CHECK(refusal_of(database.url()).what == kind::schema);
  CHECK(must(postgres::migrate(database.url())).from == 1);
  const auto office = must(postgres::open_back_office(database.url()));
  const moment now{milliseconds{9}};
  const auto status = must(office->status(now));
  REQUIRE(status.nodes.size() == 1);
  CHECK(status.nodes[0].name == "old");
  CHECK(status.nodes[0].circuits.empty());
  CHECK(status.dead_letters == 1);
  CHECK(status.open_operations == 0);
  CHECK(must(office->find_letter(1)).value().letter.body == "b");
  CHECK(must(office->submit({order_of("o-1", {line("token", 1)})}, now)).front().accepted);
  CHECK(must(office->audit(now)).findings.empty());
  CHECK(must(postgres::migrate(database.url())).from == 3);
}

TEST_CASE("another program's schema of our name is refused and left as it was", "[postgres][schema]") {
  const auto makes_it = GENERATE(as<std::string>{}, "CREATE SCHEMA sagad; CREATE TABLE sagad.diary (day text)",
                                 "CREATE SCHEMA sagad; CREATE TABLE sagad.schema_version (id integer)",
                                 "CREATE SCHEMA sagad; CREATE TABLE sagad.schema_version (program text, version int)");
  const postgres_database database;
  run_sql(database.url(), makes_it);
  CHECK(refusal_of(database.url()).what == kind::corrupt);
  CHECK(migration_error_of(database.url()).what == kind::corrupt);
  CHECK(run_sql(database.url(), "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                                "WHERE n.nspname = 'sagad'") == "1");
}

TEST_CASE("a database that cannot keep every text is refused", "[postgres][schema]") {
  const postgres_database database{"ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"};
  const auto error = migration_error_of(database.url());
  CHECK(error.what == kind::corrupt);
  CHECK_THAT(error.detail, Catch::Contains("UTF8"));
}

TEST_CASE("a server that is away, and a database that is not there, are told as unavailable", "[postgres][schema]") {
  const auto url = GENERATE(as<std::string>{}, "postgresql://postgres:s3cret@127.0.0.1:1/shop",
                            "postgresql://shop:s3cret@host.invalid/shop");
  CHECK(refusal_of(url).what == kind::unavailable);
  CHECK(refusal_of(postgres_url_of({}, "no_such_database")).what == kind::unavailable);
}

TEST_CASE("no message tells a password", "[postgres][schema]") {
  const auto url = GENERATE(
      as<std::string>{}, "postgresql://postgres:s3cret@127.0.0.1:1/shop", "postgresql://shop:s3cret@host.invalid/shop",
      "postgresql://shop:s3cret%zz@localhost/shop", "postgresql://shop:s3cret@localhost:1/shop?nonsense=s3cret",
      "postgresql://localhost:1/shop?password=s3cret", "postgresql://shop:s3cret@localhost:port/shop",
      "postgresql://shop:not@s3cret@127.0.0.1:1/shop", "postgresql://shop:5/s3cret@localhost/shop",
      "host=localhost password=s3cret", "s3cret");
  INFO(url);
  CHECK_THAT(refusal_of(url).detail, !Catch::Contains("s3cret"));
  CHECK_THAT(migration_error_of(url).detail, !Catch::Contains("s3cret"));
  CHECK_THAT(postgres::public_name(url).value_or(""), !Catch::Contains("s3cret"));
}

TEST_CASE("a store is named by a URL that can be pasted", "[postgres][schema]") {
  const auto url = GENERATE(as<std::string>{}, "postgresql://shop@db1:5433/orders", "postgresql://db1:1,db2:2/orders",
                            "postgresql://db1,db2:5433/orders", "postgresql://[::1]:5433/orders",
                            "postgresql://%2Frun%2Fpg:5433/or%20ders", "postgresql://a%40b@db1/orders");
  CHECK(postgres::public_name(url) == url);
  CHECK(postgres::public_name("postgresql://shop:s3cret@db1:1,db2:2/orders") == "postgresql://shop@db1:1,db2:2/orders");
}

TEST_CASE("a wrong password is told as not permitted, a right one in the URL serves", "[postgres][schema]") {
  const on_postgres place;
  place.run_sql("DROP ROLE IF EXISTS with_password; CREATE ROLE with_password LOGIN SUPERUSER PASSWORD 's3cret'");
  const auto refused = refusal_of(place.url("with_password:wr0ng"));
  CHECK(refused.what == kind::forbidden);
  CHECK_THAT(refused.detail, Catch::Contains("with_password") && !Catch::Contains("wr0ng"));
  CHECK(postgres::open_back_office(place.url("with_password:s3cret")).has_value());
  place.run_sql("DROP ROLE with_password");
}

TEST_CASE("a connection is as safe as its URL asks for: TLS with the server's name and certificate checked",
          "[postgres][schema]") {
  const char* ca = std::getenv("SAGAD_TEST_POSTGRES_CA");
  REQUIRE(ca != nullptr);
  const on_postgres place;
  place.run_sql("ALTER SYSTEM SET ssl = on");
  place.run_sql("SELECT pg_reload_conf()");
  const auto office =
      must(postgres::open_back_office(place.url({}, "?sslmode=verify-full&sslrootcert=" + std::string{ca})));
  CHECK(place.run_sql("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                      "WHERE application_name = 'sagactl' AND ssl") == "1");
  const auto untrusted = postgres::open_back_office(place.url({}, "?sslmode=verify-full&sslrootcert=/dev/null"));
  CHECK_FALSE(untrusted.has_value());
  place.run_sql("ALTER SYSTEM RESET ssl");
  place.run_sql("SELECT pg_reload_conf()");
}

} // namespace sagad::tests

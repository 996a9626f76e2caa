#include "tests/contracts/postgres_under_test.hpp"

#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <unistd.h>

namespace sagad::tests {

namespace {

constexpr auto forget_everything =
    "DELETE FROM sagad.nodes; DELETE FROM sagad.commits; DELETE FROM sagad.orders; DELETE FROM sagad.sagas; "
    "DELETE FROM sagad.facts; DELETE FROM sagad.outbox; DELETE FROM sagad.inbox; DELETE FROM sagad.wallets; "
    "DELETE FROM sagad.charges; DELETE FROM sagad.stock; DELETE FROM sagad.reserved_units; "
    "DELETE FROM sagad.shipments; DELETE FROM sagad.catalog; DELETE FROM sagad.dead_letters; "
    "DELETE FROM sagad.operations; DELETE FROM sagad.repairs; DELETE FROM sagad.participant_rules; "
    "DELETE FROM sagad.operators_log; DELETE FROM sagad.group_notes; "
    "ALTER TABLE sagad.operations ALTER number RESTART; ALTER TABLE sagad.operators_log ALTER number RESTART; "
    "ALTER TABLE sagad.dead_letters ALTER id RESTART; ALTER SEQUENCE sagad.epochs RESTART";

/// Databases with a store, in use by no test. Never destroyed: at the process's end libpqxx is gone before them, and
/// the server that they are on is thrown away.
std::vector<std::unique_ptr<postgres_database>>& spare() {
  static auto& databases = *new std::vector<std::unique_ptr<postgres_database>>;
  return databases;
}

/// A URL in its parts: before the user, the host with its port, the parameters from `?` on.
struct url_parts {
  std::string user;
  std::string host;
  std::string database;
};

url_parts parts_of(const std::string& url) {
  const auto user = url.find("//") + 2;
  const auto host = url.find('@', user) + 1;
  const auto database = url.find('/', host) + 1;
  if (user < 2 || host == 0 || database == 0)
    throw std::runtime_error{"SAGAD_TEST_POSTGRES should look like postgresql://USER@HOST:PORT/DATABASE"};
  return {url.substr(user, host - 1 - user), url.substr(host, database - 1 - host), url.substr(database)};
}

} // namespace

std::string postgres_url() {
  const char* url = std::getenv("SAGAD_TEST_POSTGRES");
  if (url == nullptr)
    throw std::runtime_error{"SAGAD_TEST_POSTGRES names no server to test on. Run tools/test, which starts one; or put "
                             "`tools/dev/servers/postgres_server.py run --` in front of this command."};
  return url;
}

std::string postgres_url_of(const std::string& user, const std::string& database, const std::string& parameters) {
  const url_parts p = parts_of(postgres_url());
  return "postgresql://" + (user.empty() ? p.user : user) + '@' + p.host + '/' +
         (database.empty() ? p.database : database) + parameters;
}

std::string run_sql(const std::string& url, const std::string& sql) {
  pqxx::connection on{url};
  pqxx::nontransaction t{on};
  const pqxx::result told = t.exec(sql);
  return told.empty() || told.columns() == 0 ? std::string{} : std::string{told[0][0].c_str()};
}

postgres_database::postgres_database(const std::string& options) {
  static int made = 0;
  name_ = "test_" + std::to_string(::getpid()) + '_' + std::to_string(++made);
  run_sql(postgres_url(), "CREATE DATABASE " + name_ + ' ' + options);
}

postgres_database::~postgres_database() {
  try {
    run_sql(postgres_url(), "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The server is gone, and the database with it.
  }
}

on_postgres::on_postgres() {
  if (spare().empty()) {
    database_ = std::make_unique<postgres_database>();
    if (const auto done = postgres::migrate(url()); !done)
      throw std::runtime_error{done.error().detail};
    return;
  }
  database_ = std::move(spare().back());
  spare().pop_back();
  run_sql(forget_everything);
}

on_postgres::~on_postgres() { spare().push_back(std::move(database_)); }

store_result<std::unique_ptr<store>> on_postgres::open_node(const node_options& options) {
  auto sessions = postgres::open_node(url(), options, 0);
  if (!sessions)
    return tl::unexpected{sessions.error()};
  return std::move(sessions->keeper);
}

store_result<std::unique_ptr<back_office>> on_postgres::open_back_office() { return postgres::open_back_office(url()); }

void on_postgres::give_lease_to_another() { notice_the_dead(); }

void on_postgres::notice_the_dead() {
  run_sql("UPDATE sagad.nodes SET fenced_at = last_seen_at, fenced_by = epoch "
          "WHERE fenced_at IS NULL AND stopped_at IS NULL");
}

std::string on_postgres::url(const std::string& user, const std::string& parameters) const {
  return database_->url(user, parameters);
}

} // namespace sagad::tests

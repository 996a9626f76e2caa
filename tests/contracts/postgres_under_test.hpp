#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/postgres/postgres_store.hpp"
#include "tests/contracts/store_under_test.hpp"

namespace sagad::tests {

/// The URL in SAGAD_TEST_POSTGRES; fails the test with what to do when there is none.
std::string postgres_url();
/// The same with another user, database and parameters (`?sslmode=...`), each as it is when empty.
std::string postgres_url_of(const std::string& user, const std::string& database, const std::string& parameters = {});

/// An empty database of the server under test, gone with the object.
class postgres_database {
public:
  explicit postgres_database(const std::string& options = {});
  postgres_database(const postgres_database&) = delete;
  postgres_database& operator=(const postgres_database&) = delete;
  ~postgres_database();

  const std::string& name() const { return name_; }
  std::string url(const std::string& user = {}, const std::string& parameters = {}) const {
    return postgres_url_of(user, name_, parameters);
  }

private:
  std::string name_;
};

/// What no session would do, done by the server's superuser. Returns the first row's first column, or nothing.
std::string run_sql(const std::string& url, const std::string& sql);

/// A migrated store without content, in a database that the process makes once and empties for each test.
class on_postgres final : public store_under_test {
public:
  on_postgres();
  on_postgres(const on_postgres&) = delete;
  on_postgres& operator=(const on_postgres&) = delete;
  ~on_postgres() override;

  void create() override {}
  /// The keeper alone, which can do everything.
  store_result<std::unique_ptr<store>> open_node(const node_options& options) override;
  store_result<std::unique_ptr<back_office>> open_back_office() override;
  void give_lease_to_another() override;
  void notice_the_dead() override;

  std::string url(const std::string& user = {}, const std::string& parameters = {}) const;
  std::string run_sql(const std::string& sql) const { return tests::run_sql(url(), sql); }

private:
  std::unique_ptr<postgres_database> database_;
};

} // namespace sagad::tests

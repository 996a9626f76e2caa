#include "tests/contracts/store_under_test.hpp"

#include <stdexcept>

#include <SQLiteCpp/Database.h>

#include "adapters/memory/memory_store.hpp"
#include "adapters/sqlite/sqlite_store.hpp"

namespace sagad::tests {

void on_memory::create() {}

store_result<std::unique_ptr<store>> on_memory::open_node(const node_options& options) {
  return memory::open_node(world_, options);
}

store_result<std::unique_ptr<back_office>> on_memory::open_back_office() { return memory::open_back_office(world_); }

void on_memory::give_lease_to_another() { ++world_->lease_epoch; }

void on_sqlite::create() {
  if (const auto done = sqlite::migrate(file()); !done)
    throw std::runtime_error{done.error().detail};
}

store_result<std::unique_ptr<store>> on_sqlite::open_node(const node_options& options) {
  return sqlite::open_node(file(), options);
}

store_result<std::unique_ptr<back_office>> on_sqlite::open_back_office() { return sqlite::open_back_office(file()); }

void on_sqlite::give_lease_to_another() { run_sql("UPDATE lease SET epoch = epoch + 1"); }

void on_sqlite::run_sql(const std::string& sql) { SQLite::Database{file(), SQLite::OPEN_READWRITE}.exec(sql); }

} // namespace sagad::tests

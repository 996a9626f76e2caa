#include "adapters/sqlite/sqlite_store.hpp"

#include <chrono>
#include <filesystem>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/lease.hpp"
#include "adapters/sqlite/migrations/migrate.hpp"
#include "adapters/sqlite/node_session.hpp"
#include "adapters/sqlite/office_session.hpp"

namespace sagad::sqlite {

namespace {

bool is_absent(const std::string& path) {
  std::error_code unknown;
  return !std::filesystem::exists(path, unknown) || std::filesystem::is_empty(path, unknown);
}

moment machine_time() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

} // namespace

store_result<migration> migrate(const std::string& path) {
  return guarded(path, [&] {
    const connection file{path, if_absent::create};
    const migration done{.from = schema_of(file), .to = newest_schema()};
    if (done.from >= done.to) {
      require_newest_schema(file);
      return done;
    }
    const lease alone{file.path(), "sagad migrate"};
    apply_migrations(file);
    return done;
  });
}

store_result<std::unique_ptr<store>> open_node(const std::string& path, const node_options& options) {
  if (is_absent(path))
    if (const auto created = migrate(path); !created)
      return tl::unexpected{created.error()};
  return guarded(path, [&]() -> std::unique_ptr<store> {
    return std::make_unique<node_session>(path, options, options.started_at.value_or(machine_time()));
  });
}

store_result<std::unique_ptr<back_office>> open_back_office(const std::string& path, const definition& begins) {
  return guarded(path,
                 [&]() -> std::unique_ptr<back_office> { return std::make_unique<office_session>(path, begins); });
}

} // namespace sagad::sqlite

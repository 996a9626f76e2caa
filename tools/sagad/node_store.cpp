#include "tools/sagad/node_store.hpp"

#include <utility>

#include "adapters/postgres/postgres_store.hpp"
#include "adapters/sqlite/sqlite_store.hpp"

namespace sagad::tools {

namespace {

/// So that one's transaction is prepared while the other's is being made durable.
constexpr std::size_t postgres_gateways = 2;

tl::unexpected<std::string> because(const store_error& error) {
  std::string sentence = error.detail.empty() ? std::string{to_string(error.what)} : error.detail;
  return tl::unexpected<std::string>{std::move(sentence)};
}

} // namespace

tl::expected<node_store, std::string> open_node_store(const store_url& where, const node_options& options) {
  node_store opened;
  if (where.is_postgres()) {
    auto sessions = postgres::open_node(where.postgres, options, postgres_gateways);
    if (!sessions)
      return because(sessions.error());
    opened.keeper = std::move(sessions->keeper);
    for (auto& each : sessions->gateways)
      opened.gateways.push_back(std::move(each));
    return opened;
  }
  auto session = sqlite::open_node(where.sqlite_file.string(), options);
  if (!session)
    return because(session.error());
  opened.keeper = std::move(*session);
  opened.gateways = {opened.keeper};
  return opened;
}

store_result<std::unique_ptr<back_office>> open_office(const store_url& where) {
  return where.is_postgres() ? postgres::open_back_office(where.postgres)
                             : sqlite::open_back_office(where.sqlite_file.string());
}

tl::expected<schema_step, std::string> migrate_store(const store_url& where) {
  const auto done = [](const auto& migrated) -> tl::expected<schema_step, std::string> {
    if (!migrated)
      return because(migrated.error());
    return schema_step{.from = migrated->from, .to = migrated->to};
  };
  return where.is_postgres() ? done(postgres::migrate(where.postgres))
                             : done(sqlite::migrate(where.sqlite_file.string()));
}

} // namespace sagad::tools

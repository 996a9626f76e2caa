#include "adapters/postgres/postgres_store.hpp"

#include <utility>

#include "adapters/postgres/conninfo.hpp"
#include "adapters/postgres/failure.hpp"
#include "adapters/postgres/migrations/migrate.hpp"
#include "adapters/postgres/node_session.hpp"
#include "adapters/postgres/office_session.hpp"

namespace sagad::postgres {

namespace {

// Sessions that ended long ago are in doubt about nothing any more.
constexpr auto forget_old_sessions = "DELETE FROM commits WHERE at < now() - interval '1 day'";

moment machine_time() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

std::uint64_t begin_incarnation(connection& on, const node_options& options) {
  require_newest_schema(on);
  pqxx::work t{on.up()};
  const std::uint64_t epoch = nodes{on}.add(t, options, options.started_at.value_or(machine_time()));
  t.exec(forget_old_sessions);
  t.commit();
  return epoch;
}

} // namespace

store_result<migration> migrate(const std::string& url) {
  const std::string store = public_name(url).value_or("postgresql:");
  return guarded(store, "migrating", [&] {
    connection on{read_url(url, purpose::operate, "sagad migrate"), hears::nothing};
    const int from = apply_migrations(on);
    return migration{.from = from, .to = newest_schema()};
  });
}

store_result<node_sessions> open_node(const std::string& url, const node_options& options, std::size_t gateways,
                                      steady_fn elapsed) {
  const std::string store = public_name(url).value_or("postgresql:");
  return guarded(store, "starting a node", [&] {
    const conninfo where = read_url(url, purpose::drive, "sagad " + options.name);
    connection first{where, hears::nothing};
    const std::uint64_t epoch = begin_incarnation(first, options);
    node_sessions made;
    made.keeper = std::make_unique<node_session>(where, hears::news, options, epoch, elapsed);
    for (std::size_t i = 0; i < gateways; ++i)
      made.gateways.push_back(std::make_unique<node_session>(where, hears::nothing, options, epoch, elapsed));
    return made;
  });
}

store_result<std::unique_ptr<back_office>> open_back_office(const std::string& url, const definition& begins) {
  const std::string store = public_name(url).value_or("postgresql:");
  return guarded(store, "opening it", [&]() -> std::unique_ptr<back_office> {
    return std::make_unique<office_session>(read_url(url, purpose::operate, "sagactl"), begins);
  });
}

} // namespace sagad::postgres

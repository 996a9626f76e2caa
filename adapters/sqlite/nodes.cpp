#include "adapters/sqlite/nodes.hpp"

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

nodes::nodes(const connection& on)
    : raise_lease_(on, "UPDATE lease SET epoch = 1 + max(epoch, (SELECT ifnull(max(epoch), 0) FROM nodes))"),
      select_lease_(on, "SELECT epoch FROM lease"),
      insert_(on, "INSERT INTO nodes (epoch, name, started_at, last_seen_at, initial_credit, allow_faults) "
                  "VALUES (?1, ?2, ?3, ?3, ?4, ?5)"),
      beat_(on, "UPDATE nodes SET last_seen_at = ?2, stopped_at = ?3 WHERE epoch = ?1"),
      select_newest_(on, "SELECT name, initial_credit, allow_faults FROM nodes ORDER BY epoch DESC LIMIT 1"),
      select_all_(on, "SELECT name, epoch, started_at, last_seen_at, stopped_at FROM nodes ORDER BY epoch DESC") {}

std::uint64_t nodes::add(const node_options& options, moment now) {
  raise_lease_.run();
  const std::uint64_t epoch = lease_epoch();
  insert_.run(epoch, options.name, now, options.initial_credit, options.allow_faults);
  return epoch;
}

void nodes::require_lease(std::uint64_t epoch) {
  const std::uint64_t current = lease_epoch();
  if (current != epoch)
    throw failure{store_error::kind::fenced, "the store's lease went from epoch " + std::to_string(epoch) +
                                                 " to epoch " + std::to_string(current) +
                                                 ": another node has taken over"};
}

void nodes::beat(std::uint64_t epoch, moment now, bool leaving) {
  beat_.run(epoch, now, leaving ? std::optional{now} : std::nullopt);
}

std::uint64_t nodes::lease_epoch() {
  const auto epoch = select_lease_.integer();
  if (!epoch)
    throw failure{store_error::kind::corrupt, "the lease is missing from the store"};
  return static_cast<std::uint64_t>(*epoch);
}

node_options nodes::newest_options() {
  node_options options;
  select_newest_.first([&](const row& r) {
    options.name = r.text(0);
    options.initial_credit = r.integer(1);
    options.allow_faults = r.integer(2) != 0;
  });
  return options;
}

std::vector<node_view> nodes::all(bool file_is_leased) {
  const std::uint64_t holder = lease_epoch();
  std::vector<node_view> found;
  select_all_.each([&](const row& r) {
    found.push_back({.name = r.text(0),
                     .epoch = r.count(1),
                     .started_at = r.time(2),
                     .last_seen_at = r.time(3),
                     .stopped_at = r.maybe_time(4),
                     .holds_lease = file_is_leased && r.count(1) == holder});
  });
  return found;
}

} // namespace sagad::sqlite

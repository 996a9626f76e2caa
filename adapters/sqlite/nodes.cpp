#include "adapters/sqlite/nodes.hpp"

#include "adapters/sqlite/failure.hpp"
#include "workflows/ports/circuit_codec.hpp"
#include "workflows/ports/ownership.hpp"

namespace sagad::sqlite {

namespace {

/// As `--roles` is written: no participant's name has a comma.
std::string column_of(const std::vector<std::string>& plays) {
  std::string column;
  for (const std::string& each : plays)
    column.append(column.empty() ? "" : ",").append(each);
  return column;
}

} // namespace

std::vector<std::string> plays_in(std::string_view column) {
  std::vector<std::string> plays;
  while (!column.empty()) {
    const std::size_t comma = column.find(',');
    plays.emplace_back(column.substr(0, comma));
    column.remove_prefix(comma == std::string_view::npos ? column.size() : comma + 1);
  }
  return plays;
}

nodes::nodes(const connection& on)
    : raise_lease_(on, "UPDATE lease SET epoch = 1 + max(epoch, (SELECT ifnull(max(epoch), 0) FROM nodes))"),
      select_lease_(on, "SELECT epoch FROM lease"),
      insert_(on, "INSERT INTO nodes (epoch, name, started_at, last_seen_at, initial_credit, allow_faults, plays, "
                  "publishes) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)"),
      beat_(on, "UPDATE nodes SET last_seen_at = ?2, stopped_at = ?3, broker = ?4, circuits = ?5 "
                "WHERE epoch = ?1 "
                "RETURNING drain_wanted"),
      ask_to_drain_(on, "UPDATE nodes SET drain_wanted = 1 "
                        "WHERE name = ?1 AND stopped_at IS NULL AND epoch = (SELECT epoch FROM lease)"),
      // Only who plays payment knows with what a wallet is opened.
      select_terms_(on, "SELECT allow_faults, (SELECT initial_credit FROM nodes "
                        "WHERE ',' || plays || ',' LIKE '%,payment,%' ORDER BY epoch DESC LIMIT 1) "
                        "FROM nodes ORDER BY epoch DESC LIMIT 1"),
      // The node that will take up what is handed in now is not known; while none has started, it may be one that
      // publishes.
      select_publishes_(on, "SELECT NOT EXISTS (SELECT 1 FROM nodes) OR EXISTS (SELECT 1 FROM nodes WHERE publishes)"),
      forget_unpublished_(on, "DELETE FROM outbox WHERE NOT EXISTS (SELECT 1 FROM nodes WHERE publishes)"),
      select_all_(on, "SELECT name, epoch, started_at, last_seen_at, stopped_at, drain_wanted, "
                      "(SELECT count(*) FROM sagas WHERE owner = epoch), plays, broker, circuits "
                      "FROM nodes ORDER BY epoch DESC") {}

std::uint64_t nodes::add(const node_options& options, moment now) {
  raise_lease_.run();
  const std::uint64_t epoch = lease_epoch();
  insert_.run(epoch, options.name, now, options.initial_credit, options.allow_faults, column_of(options.plays),
              options.publishes);
  forget_unpublished_.run();
  return epoch;
}

void nodes::require_lease(std::uint64_t epoch) {
  const std::uint64_t current = lease_epoch();
  if (current != epoch)
    throw failure{fenced_by(current, epoch)};
}

beat_answer nodes::beat(std::uint64_t epoch, const sign_of_life& sign) {
  const auto wanted = beat_.integer(epoch, sign.at, sign.leaving ? std::optional{sign.at} : std::nullopt, sign.broker,
                                    circuits_text(sign.circuits));
  return {.drain_wanted = wanted.value_or(0) != 0, .rules = {}};
}

bool nodes::ask_to_drain(const std::string& name) { return ask_to_drain_.run(name) != 0; }

std::uint64_t nodes::lease_epoch() {
  const auto epoch = select_lease_.integer();
  if (!epoch)
    throw failure{store_error::kind::corrupt, "the lease is missing from the store"};
  return static_cast<std::uint64_t>(*epoch);
}

node_options nodes::terms() {
  node_options options;
  select_terms_.first([&](const row& r) {
    options.allow_faults = r.integer(0) != 0;
    if (!r.is_null(1))
      options.initial_credit = r.integer(1);
  });
  options.publishes = select_publishes_.integer() != 0;
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
                     .holds_lease = file_is_leased && r.count(1) == holder,
                     .drain_wanted = r.integer(5) != 0,
                     .drives = static_cast<std::size_t>(r.integer(6)),
                     .plays = plays_in(r.view(7)),
                     .broker = r.text(8),
                     .circuits = circuits_in(r.view(9))});
  });
  return found;
}

} // namespace sagad::sqlite

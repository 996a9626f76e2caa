#include "adapters/postgres/nodes.hpp"

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/row.hpp"
#include "workflows/ports/circuit_codec.hpp"

namespace sagad::postgres {

namespace {

constexpr statement insert{
    "insert_node", "INSERT INTO nodes (epoch, name, started_at, last_seen_at, plays, initial_credit, allow_faults, "
                   "publishes) VALUES (nextval('epochs'), $1, $2, $2, $3::text[], $4, $5, $6) RETURNING epoch"};
constexpr statement beat_once{"beat_once",
                              "UPDATE nodes SET beats = beats + 1, last_seen_at = $2, broker = $3, circuits = $4 "
                              "WHERE epoch = $1 AND fenced_at IS NULL AND stopped_at IS NULL RETURNING drain_wanted"};
constexpr statement lock_self{"lock_self", "SELECT FROM nodes WHERE epoch = $1 AND fenced_at IS NULL FOR UPDATE"};
constexpr statement stop_self{"stop_self",
                              "UPDATE nodes SET last_seen_at = $2, stopped_at = coalesce(stopped_at, $2), broker = $3, "
                              "circuits = $4 "
                              "WHERE epoch = $1 RETURNING drain_wanted"};
constexpr statement select_alive{
    "select_alive",
    "SELECT epoch, beats FROM nodes WHERE fenced_at IS NULL AND stopped_at IS NULL AND epoch <> $1 ORDER BY epoch"};
constexpr statement fence_silent{
    "fence_silent", "UPDATE nodes SET fenced_at = $3, fenced_by = $4 WHERE epoch = (SELECT epoch FROM nodes "
                    "WHERE epoch = $1 AND beats = $2 AND fenced_at IS NULL AND stopped_at IS NULL "
                    "FOR UPDATE SKIP LOCKED)"};
constexpr statement notify{"notify_news", "SELECT pg_notify($1, '')"};
constexpr statement ask_all{"ask_to_drain", "UPDATE nodes SET drain_wanted = true "
                                            "WHERE name = $1 AND fenced_at IS NULL AND stopped_at IS NULL"};
// Any node that plays orders may drive this one: when one of them allows no faults there are none. Only who plays
// payment knows with what a wallet is opened.
constexpr statement select_terms{
    "select_terms", "WITH said AS (SELECT epoch, allow_faults, plays, initial_credit, "
                    " fenced_at IS NULL AND stopped_at IS NULL AS lives FROM nodes) "
                    "SELECT coalesce((SELECT bool_and(allow_faults) FROM said WHERE lives AND 'orders' = ANY (plays)), "
                    " (SELECT allow_faults FROM said WHERE 'orders' = ANY (plays) ORDER BY epoch DESC LIMIT 1), "
                    " false), "
                    "(SELECT initial_credit FROM said WHERE 'payment' = ANY (plays) ORDER BY lives DESC, epoch DESC "
                    " LIMIT 1)"};
// The node that will take up what is handed in now is not known; while none has started, it may be one that publishes.
constexpr statement select_publishes{
    "select_publishes", "SELECT NOT EXISTS (SELECT FROM nodes) OR EXISTS (SELECT FROM nodes WHERE publishes)"};
constexpr statement forget_unpublished{"forget_unpublished",
                                       "DELETE FROM outbox WHERE NOT EXISTS (SELECT FROM nodes WHERE publishes)"};
constexpr statement select_all{
    "select_nodes", "SELECT n.name, n.epoch, n.started_at, n.last_seen_at, n.stopped_at, "
                    "n.fenced_at IS NULL AND n.stopped_at IS NULL, n.drain_wanted, "
                    "(SELECT count(*) FROM sagas s WHERE s.owner = n.epoch AND s.state IN ('running', 'compensating') "
                    " AND n.fenced_at IS NULL AND n.stopped_at IS NULL), "
                    "n.plays, n.broker, n.circuits FROM nodes n ORDER BY n.epoch DESC"};

std::int64_t number(std::uint64_t epoch) { return static_cast<std::int64_t>(epoch); }
std::int64_t number(moment at) { return at.time_since_epoch().count(); }

node_view view_in(const row& r) {
  return {.name = r.text(0),
          .epoch = r.count(1),
          .started_at = r.time(2),
          .last_seen_at = r.time(3),
          .stopped_at = r.maybe_time(4),
          .holds_lease = r.truth(5),
          .drain_wanted = r.truth(6),
          .drives = static_cast<std::size_t>(r.integer(7)),
          .plays = plays_in(r.view(8)),
          .broker = r.text(9),
          .circuits = circuits_in(r.view(10))};
}

} // namespace

std::vector<std::string> plays_in(std::string_view array) {
  std::vector<std::string> plays;
  if (array.size() <= 2)
    return plays;
  array = array.substr(1, array.size() - 2);
  while (!array.empty()) {
    const std::size_t comma = array.find(',');
    plays.emplace_back(array.substr(0, comma));
    array.remove_prefix(comma == std::string_view::npos ? array.size() : comma + 1);
  }
  return plays;
}

std::uint64_t nodes::add(pqxx::transaction_base& t, const node_options& options, moment now) {
  array_literal plays;
  for (const std::string& each : options.plays)
    plays.add(each);
  const pqxx::result made = on_.run(t, insert, options.name, number(now), plays.text(), options.initial_credit,
                                    options.allow_faults, options.publishes);
  on_.run(t, forget_unpublished);
  return row{made.front()}.count(0);
}

std::optional<beat_answer> nodes::beat(pqxx::transaction_base& t, std::uint64_t epoch, const sign_of_life& sign) {
  const pqxx::result told =
      on_.run(t, beat_once, number(epoch), number(sign.at), storable(sign.broker), circuits_text(sign.circuits));
  if (told.empty())
    return std::nullopt;
  return beat_answer{.drain_wanted = row{told.front()}.truth(0), .rules = {}};
}

std::optional<beat_answer> nodes::leave(pqxx::transaction_base& t, std::uint64_t epoch, const sign_of_life& sign) {
  if (on_.run(t, lock_self, number(epoch)).empty())
    return std::nullopt;
  const pqxx::result told =
      on_.run(t, stop_self, number(epoch), number(sign.at), storable(sign.broker), circuits_text(sign.circuits));
  return beat_answer{.drain_wanted = row{told.front()}.truth(0), .rules = {}};
}

std::vector<life_watch::node> nodes::alive_but(pqxx::transaction_base& t, std::uint64_t except) {
  std::vector<life_watch::node> alive;
  const pqxx::result found = on_.run(t, select_alive, number(except));
  each(found, [&](const row& r) { alive.push_back({.epoch = r.count(0), .beats = r.integer(1)}); });
  return alive;
}

bool nodes::fence(pqxx::transaction_base& t, const life_watch::node& silent, std::uint64_t by, moment now) {
  return on_.run(t, fence_silent, number(silent.epoch), silent.beats, number(now), number(by)).affected_rows() == 1;
}

void nodes::tell_others(pqxx::transaction_base& t) { on_.run(t, notify, news_channel); }

std::size_t nodes::ask_to_drain(pqxx::transaction_base& t, const std::string& name) {
  return on_.run(t, ask_all, name).affected_rows();
}

node_options nodes::terms(pqxx::transaction_base& t) {
  node_options options;
  const pqxx::result found = on_.run(t, select_terms);
  each(found, [&](const row& r) {
    options.allow_faults = r.truth(0);
    if (!r.is_null(1))
      options.initial_credit = r.integer(1);
  });
  options.publishes = row{on_.run(t, select_publishes).front()}.truth(0);
  return options;
}

std::vector<node_view> nodes::all(pqxx::transaction_base& t) {
  std::vector<node_view> found;
  const pqxx::result rows = on_.run(t, select_all);
  each(rows, [&](const row& r) { found.push_back(view_in(r)); });
  return found;
}

} // namespace sagad::postgres

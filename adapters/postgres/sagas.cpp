#include "adapters/postgres/sagas.hpp"

#include <algorithm>
#include <utility>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/json_lines.hpp"
#include "adapters/postgres/maybe.hpp"
#include "adapters/postgres/saga_rows.hpp"
#include "workflows/ports/ownership.hpp"

namespace sagad::postgres {

namespace {

constexpr statement insert_begun{
    "insert_sagas",
    "INSERT INTO sagas (id, state, outcome, owner, claimable_at, sequence, step, next_wakeup_at, created_at, "
    "updated_at, definition, version, progress) "
    "SELECT id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, progress "
    "FROM ROWS FROM (unnest($1::text[]), string_to_table($2, chr(10))) AS begun(id, progress)"};

// Only the owner's progress counts, and of what nobody drives, whoever takes it up. A node that is gone drives nothing.
constexpr statement update_sagas{
    "update_sagas",
    "UPDATE sagas s SET state = u.state, outcome = u.outcome, sequence = u.sequence, step = u.step, "
    "next_wakeup_at = u.next_wakeup_at, updated_at = u.updated_at, progress = u.progress, owner = u.owner, "
    "claimable_at = u.claimable_at "
    "FROM ROWS FROM (unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], "
    "            $10::bigint[], $11::bigint[]), string_to_table($9, chr(10))) "
    "AS u(id, state, outcome, sequence, step, next_wakeup_at, updated_at, owner, claimable_at, progress) "
    "WHERE s.id = u.id AND s.sequence <= u.sequence AND (s.owner = $1::bigint OR s.owner IS NULL OR EXISTS "
    "(SELECT FROM nodes n WHERE n.epoch = s.owner AND (n.fenced_at IS NOT NULL OR n.stopped_at IS NOT NULL))) "
    "RETURNING s.id"};

constexpr statement select_known{"select_known", "SELECT id FROM sagas WHERE id = ANY ($1::text[])"};

constexpr statement any_claimable{"any_claimable", "SELECT EXISTS (SELECT FROM sagas WHERE claimable_at <= $1) "
                                                   "OR EXISTS (SELECT FROM nodes WHERE has_orphans "
                                                   "           AND (fenced_at IS NOT NULL OR stopped_at IS NOT NULL))"};

// Columns of a claimed saga: saga_columns, the input, then what they are sorted by.
const std::string returning_claimed = "RETURNING " + std::string{saga_columns} +
                                      ", (SELECT o.input FROM orders o WHERE o.id = s.id), c.claimable_at, c.number";

const std::string claim_orphans_sql =
    "WITH c AS MATERIALIZED (SELECT id, number, 0::bigint AS claimable_at FROM sagas "
    "  WHERE owner IS NOT NULL AND owner = ANY (ARRAY(SELECT epoch FROM nodes WHERE has_orphans "
    "                           AND (fenced_at IS NOT NULL OR stopped_at IS NOT NULL))) "
    "  AND state IN ('running', 'compensating') LIMIT $2 FOR UPDATE SKIP LOCKED) "
    "UPDATE sagas s SET owner = $1, claimable_at = NULL FROM c WHERE s.id = c.id " +
    returning_claimed;
const statement claim_orphans{"claim_orphans", claim_orphans_sql.c_str()};

const std::string claim_due_sql =
    "WITH c AS MATERIALIZED (SELECT id, number, claimable_at FROM sagas "
    "  WHERE claimable_at <= $3 ORDER BY claimable_at, number LIMIT $2 FOR UPDATE SKIP LOCKED) "
    "UPDATE sagas s SET owner = $1, claimable_at = NULL FROM c WHERE s.id = c.id " +
    returning_claimed;
const statement claim_due{"claim_due", claim_due_sql.c_str()};

// Of a node that is gone nothing new can come.
constexpr statement forget_empty{
    "forget_empty", "UPDATE nodes n SET has_orphans = false WHERE epoch = ANY (ARRAY(SELECT epoch FROM nodes "
                    "WHERE has_orphans AND (fenced_at IS NOT NULL OR stopped_at IS NOT NULL) "
                    "ORDER BY epoch FOR NO KEY UPDATE SKIP LOCKED)) AND NOT EXISTS "
                    "(SELECT FROM sagas s WHERE s.owner = n.epoch AND s.state IN ('running', 'compensating'))"};

const std::string select_one_sql =
    "SELECT " + std::string{saga_columns} + ", o.input FROM sagas s JOIN orders o USING (id) WHERE s.id = $1";
const statement select_one{"select_saga", select_one_sql.c_str()};

/// The columns of a set of updates.
struct update_columns {
  array_literal id, state, outcome, sequence, step, next_wakeup_at, updated_at, owner, claimable_at;
  json_lines progress;
};

void add(update_columns& columns, const saga_update& u, std::uint64_t epoch) {
  const saga& s = u.after;
  const bool let_go = u.rests || has_ended(s);
  std::string progress;
  append_progress(progress, s);
  columns.id.add(s.id.value);
  columns.state.add(to_string(s.state));
  columns.outcome.add(s.outcome);
  columns.sequence.add(s.sequence);
  columns.step.add(current_step(s));
  columns.next_wakeup_at.add(s.wakeup_at);
  columns.updated_at.add(s.updated_at);
  columns.progress.add(progress);
  columns.owner.add(let_go ? std::nullopt : std::optional{epoch});
  columns.claimable_at.add(let_go ? claimable_at(s) : std::nullopt);
}

/// A claimed saga and its place in the queue.
struct claimed {
  std::pair<std::int64_t, std::int64_t> place;
  stored_saga what;
};

std::vector<claimed> in_order(const pqxx::result& rows) {
  std::vector<claimed> found;
  found.reserve(rows.size());
  each(rows, [&](const row& r) {
    found.push_back({.place = {r.integer(after_saga + 1), r.integer(after_saga + 2)}, .what = stored_in(r)});
  });
  std::sort(found.begin(), found.end(), [](const claimed& a, const claimed& b) { return a.place < b.place; });
  return found;
}

} // namespace

void sagas::insert(pqxx::transaction_base& t, const std::vector<const saga*>& begun,
                   std::optional<std::uint64_t> owner) {
  if (begun.empty())
    return;
  array_literal ids;
  json_lines progress;
  for (const saga* s : begun) {
    std::string text;
    append_progress(text, *s);
    ids.add(s->id.value);
    progress.add(text);
  }
  const saga& any = *begun.front(); // they differ in nothing else
  const maybe driver{owner ? std::optional{static_cast<std::int64_t>(*owner)} : std::nullopt};
  const maybe claimable{count_of(owner ? std::nullopt : claimable_at(any))};
  const maybe wakeup{count_of(any.wakeup_at)};
  on_.run(t, insert_begun, ids.text(), progress.text(), std::string{to_string(any.state)}, any.outcome, driver.value,
          claimable.value, static_cast<std::int64_t>(any.sequence), std::string{current_step(any)}, wakeup.value,
          any.created_at.time_since_epoch().count(), any.updated_at.time_since_epoch().count(), any.definition,
          any.version);
}

std::unordered_set<std::string> sagas::record(pqxx::transaction_base& t, const std::vector<const saga_update*>& updates,
                                              std::uint64_t owner) {
  std::unordered_set<std::string> recorded;
  if (updates.empty())
    return recorded;
  update_columns u;
  for (const saga_update* each_update : updates)
    add(u, *each_update, owner);
  const pqxx::result done = on_.run(t, update_sagas, static_cast<std::int64_t>(owner), u.id.text(), u.state.text(),
                                    u.outcome.text(), u.sequence.text(), u.step.text(), u.next_wakeup_at.text(),
                                    u.updated_at.text(), u.progress.text(), u.owner.text(), u.claimable_at.text());
  recorded.reserve(done.size());
  each(done, [&](const row& r) { recorded.insert(r.text(0)); });
  if (recorded.size() != updates.size())
    require_begun(t, updates);
  return recorded;
}

void sagas::require_begun(pqxx::transaction_base& t, const std::vector<const saga_update*>& updates) {
  array_literal ids;
  for (const saga_update* u : updates)
    ids.add(u->after.id.value);
  const pqxx::result found = on_.run(t, select_known, ids.text());
  std::unordered_set<std::string> known;
  each(found, [&](const row& r) { known.insert(r.text(0)); });
  for (const saga_update* u : updates)
    if (!known.contains(u->after.id.value))
      throw failure{never_begun(u->after.id)};
}

bool sagas::has_claimable(pqxx::transaction_base& t, moment due) {
  return row{on_.run(t, any_claimable, due.time_since_epoch().count()).front()}.truth(0);
}

std::vector<stored_saga> sagas::claim(pqxx::transaction_base& t, std::size_t count_max, moment due,
                                      std::uint64_t owner) {
  const auto epoch = static_cast<std::int64_t>(owner);
  auto found = in_order(on_.run(t, claim_orphans, epoch, static_cast<std::int64_t>(count_max)));
  if (found.size() < count_max) {
    on_.run(t, forget_empty);
    const auto room = static_cast<std::int64_t>(count_max - found.size());
    auto waiting = in_order(on_.run(t, claim_due, epoch, room, due.time_since_epoch().count()));
    found.insert(found.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
  }
  std::vector<stored_saga> taken;
  taken.reserve(found.size());
  for (claimed& c : found)
    taken.push_back(std::move(c.what));
  return taken;
}

std::optional<stored_saga> sagas::load(pqxx::transaction_base& t, const saga_id& id) {
  const pqxx::result found = on_.run(t, select_one, id.value);
  if (found.empty())
    return std::nullopt;
  return stored_in(row{found.front()});
}

} // namespace sagad::postgres

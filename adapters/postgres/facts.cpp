#include "adapters/postgres/facts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/saga_rows.hpp"

namespace sagad::postgres {

namespace {

// To look for conflicts before each row costs half as much again as the insert itself.
constexpr statement insert_facts{
    "insert_facts", "INSERT INTO facts (saga, sequence, at, type, attempt, code, detail) "
                    "SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::integer[], "
                    "$6::text[], $7::text[])"};
constexpr statement insert_new_facts{
    "insert_new_facts", "INSERT INTO facts (saga, sequence, at, type, attempt, code, detail) "
                        "SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::integer[], "
                        "$6::text[], $7::text[]) ON CONFLICT DO NOTHING"};
// Which of them this transaction inserted.
constexpr statement select_own{"select_own_facts",
                               "SELECT f.saga, f.sequence FROM unnest($1::text[], $2::bigint[]) AS u(saga, sequence) "
                               "JOIN facts f USING (saga, sequence) WHERE f.xmin = pg_current_xact_id()::xid"};

const std::string select_history_sql =
    "SELECT " + std::string{fact_columns} + " FROM facts f WHERE saga = $1 AND sequence > $2 ORDER BY sequence";
const statement select_history{"select_history", select_history_sql.c_str()};

constexpr statement insert_outbox{"insert_outbox",
                                  "INSERT INTO outbox (saga, first, touched_at) SELECT saga, first, $3 "
                                  "FROM unnest($1::text[], $2::bigint[]) AS u(saga, first) ON CONFLICT DO NOTHING"};

// A saga of this node gets no facts from anybody else meanwhile, and one that has ended none at all. Any other is kept
// as it is until the outbox is done with it, lest a fact that comes just now is taken for published.
constexpr statement hold_others{"hold_others",
                                "SELECT FROM sagas WHERE id = ANY ($1::text[]) AND owner IS DISTINCT FROM $2 "
                                "AND state NOT IN ('completed', 'rolled_back') ORDER BY id FOR SHARE"};
constexpr statement remove_published{
    "remove_published", "DELETE FROM outbox o USING unnest($1::text[], $2::bigint[]) AS u(saga, up_to), sagas s "
                        "WHERE o.saga = u.saga AND s.id = u.saga AND u.up_to >= s.sequence"};
constexpr statement raise_first{"raise_first",
                                "UPDATE outbox o SET first = greatest(o.first, u.up_to + 1), touched_at = $3 "
                                "FROM unnest($1::text[], $2::bigint[]) AS u(saga, up_to) WHERE o.saga = u.saga"};

const std::string select_unpublished_sql =
    "SELECT " + std::string{fact_columns} + " FROM unnest($1::text[]) AS u(saga) JOIN outbox o USING (saga) " +
    "JOIN facts f ON f.saga = o.saga AND f.sequence >= o.first ORDER BY f.saga, f.sequence";
const statement select_unpublished{"select_unpublished", select_unpublished_sql.c_str()};

constexpr statement any_idle{"any_idle", "SELECT EXISTS (SELECT FROM outbox WHERE touched_at <= $1)"};
// The longest idle first; what another node is taking just now is passed over.
const std::string claim_idle_sql =
    "WITH idle AS MATERIALIZED (SELECT saga, first, touched_at FROM outbox WHERE touched_at <= $2 "
    "  ORDER BY touched_at, saga LIMIT $1 FOR UPDATE SKIP LOCKED), "
    "touched AS (UPDATE outbox o SET touched_at = $3 FROM idle WHERE o.saga = idle.saga) "
    "SELECT " +
    std::string{fact_columns} +
    " FROM idle CROSS JOIN LATERAL (SELECT * FROM facts WHERE saga = idle.saga AND sequence >= idle.first "
    "ORDER BY sequence LIMIT $4) f ORDER BY idle.touched_at, f.saga, f.sequence";
const statement claim_idle{"claim_idle", claim_idle_sql.c_str()};

std::int64_t number(moment at) { return at.time_since_epoch().count(); }

using place = std::pair<std::string, std::uint64_t>;

} // namespace

std::vector<fact> facts::append(pqxx::transaction_base& t, std::vector<fact> happened, bool some_are_known) {
  if (happened.empty())
    return happened;
  array_literal saga;
  array_literal sequence;
  array_literal at;
  array_literal type;
  array_literal attempt;
  array_literal code;
  array_literal detail;
  for (const fact& f : happened) {
    saga.add(f.saga.value);
    sequence.add(f.sequence);
    at.add(f.at);
    type.add(f.type);
    attempt.add(f.attempt);
    code.add(f.code);
    detail.add(f.detail);
  }
  const pqxx::result done = on_.run(t, some_are_known ? insert_new_facts : insert_facts, saga.text(), sequence.text(),
                                    at.text(), type.text(), attempt.text(), code.text(), detail.text());
  if (done.affected_rows() == happened.size())
    return happened;
  const pqxx::result inserted = on_.run(t, select_own, saga.text(), sequence.text());
  std::set<place> own;
  each(inserted, [&](const row& r) { own.emplace(r.text(0), r.count(1)); });
  // One that stands twice in the list counts once.
  std::erase_if(happened, [&](const fact& f) { return own.erase({f.saga.value, f.sequence}) == 0; });
  return happened;
}

std::vector<fact> facts::of(pqxx::transaction_base& t, const order_id& order, std::uint64_t after) {
  std::vector<fact> found;
  const pqxx::result rows = on_.run(t, select_history, order.value, static_cast<std::int64_t>(after));
  each(rows, [&](const row& r) { found.push_back(fact_in(r)); });
  return found;
}

void facts::await_publication(pqxx::transaction_base& t, const std::vector<fact>& happened, moment now) {
  if (happened.empty())
    return;
  std::map<std::string_view, std::uint64_t> firsts;
  for (const fact& f : happened)
    firsts.emplace(f.saga.value, f.sequence);
  array_literal saga;
  array_literal first;
  for (const auto& [id, sequence] : firsts) {
    saga.add(id);
    first.add(sequence);
  }
  on_.run(t, insert_outbox, saga.text(), first.text(), number(now));
}

void facts::note_published(pqxx::transaction_base& t, const std::vector<publication>& told, std::uint64_t owner,
                           moment now) {
  if (told.empty())
    return;
  std::map<std::string_view, std::uint64_t> last;
  for (const publication& p : told) {
    std::uint64_t& up_to = last[p.saga.value];
    up_to = std::max(up_to, p.up_to);
  }
  array_literal saga;
  array_literal up_to;
  for (const auto& [id, sequence] : last) {
    saga.add(id);
    up_to.add(sequence);
  }
  on_.run(t, hold_others, saga.text(), static_cast<std::int64_t>(owner));
  const pqxx::result removed = on_.run(t, remove_published, saga.text(), up_to.text());
  if (removed.affected_rows() != saga.size())
    on_.run(t, raise_first, saga.text(), up_to.text(), number(now));
}

void facts::fill_in_unpublished(pqxx::transaction_base& t, std::vector<stored_saga>& sagas) {
  if (sagas.empty())
    return;
  std::unordered_map<std::string_view, stored_saga*> by_id;
  array_literal ids;
  for (stored_saga& s : sagas) {
    by_id.emplace(s.now.id.value, &s);
    ids.add(s.now.id.value);
  }
  const pqxx::result rows = on_.run(t, select_unpublished, ids.text());
  each(rows, [&](const row& r) { by_id.at(r.view(0))->unpublished.push_back(fact_in(r)); });
}

bool facts::has_idle(pqxx::transaction_base& t, moment idle_since) {
  return row{on_.run(t, any_idle, number(idle_since)).front()}.truth(0);
}

std::vector<fact> facts::claim(pqxx::transaction_base& t, std::size_t sagas_max, moment idle_since, moment now) {
  std::vector<fact> found;
  const pqxx::result rows = on_.run(t, claim_idle, static_cast<std::int64_t>(sagas_max), number(idle_since),
                                    number(now), static_cast<std::int64_t>(facts_per_claim_max));
  each(rows, [&](const row& r) { found.push_back(fact_in(r)); });
  return found;
}

} // namespace sagad::postgres

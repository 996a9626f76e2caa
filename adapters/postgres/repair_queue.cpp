#include "adapters/postgres/repair_queue.hpp"

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/maybe.hpp"
#include "adapters/postgres/saga_rows.hpp"

namespace sagad::postgres {

namespace {

// As `may_be_handed_out`, of sagas that the node with epoch $1 drives, or nobody who lives.
const std::string claimable =
    "FROM repairs r JOIN sagas s ON s.id = r.saga WHERE r.state = 'released' "
    "AND (r.handed_to IS NULL OR r.handed_at <= $2 OR EXISTS (SELECT FROM nodes n "
    "     WHERE n.epoch = r.handed_to AND (n.fenced_at IS NOT NULL OR n.stopped_at IS NOT NULL))) "
    "AND (s.owner IS NULL OR s.owner = $1 OR EXISTS (SELECT FROM nodes n "
    "     WHERE n.epoch = s.owner AND (n.fenced_at IS NOT NULL OR n.stopped_at IS NOT NULL))) ";
const std::string any_sql = "SELECT EXISTS (SELECT " + claimable + ")";
const statement any_claimable{"any_repairs", any_sql.c_str()};

const std::string claim_sql =
    "WITH c AS MATERIALIZED (SELECT r.operation, r.position, r.saga, "
    "  s.owner IS DISTINCT FROM $1 AND s.state NOT IN ('completed', 'rolled_back') AS is_taken " +
    claimable +
    "  ORDER BY r.operation, r.position LIMIT $3 FOR NO KEY UPDATE OF r, s SKIP LOCKED), "
    "handed AS (UPDATE repairs r SET handed_to = $1, handed_at = $4 FROM c "
    "  WHERE r.operation = c.operation AND r.position = c.position), "
    "taken AS (UPDATE sagas s SET owner = $1, claimable_at = NULL FROM c WHERE s.id = c.saga AND c.is_taken) "
    "SELECT operation, position, is_taken FROM c ORDER BY operation, position";
const statement claim_some{"claim_repairs", claim_sql.c_str()};

// A statement of its own: it sees the rows as they were locked.
const std::string select_sql =
    "SELECT " + std::string{saga_columns} +
    ", o.input, w.action, w.who, w.why, w.value, r.operation, r.planned_sequence "
    "FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS c(operation, position, place) "
    "JOIN repairs r USING (operation, position) JOIN sagas s ON s.id = r.saga JOIN orders o ON o.id = r.saga "
    "JOIN operations w ON w.number = r.operation ORDER BY c.place";
const statement select_claimed{"select_claimed_repairs", select_sql.c_str()};

constexpr statement record_outcomes{
    "record_outcomes",
    "UPDATE repairs r SET state = u.state, result = u.result, because = u.because, seen_sequence = u.sequence, at = $1 "
    "FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) "
    "AS u(operation, saga, state, result, because, sequence) "
    "WHERE r.operation = u.operation AND r.saga = u.saga AND r.state = 'released'"};

claimed_repair claimed_in(const row& r) {
  constexpr int wish = after_saga + 1;
  return {.operation = operation_id(r.integer(wish + 4)),
          .wanted = wish_in(r, wish),
          .planned_sequence = r.count(wish + 5),
          .saga = stored_in(r)};
}

} // namespace

bool repair_queue::has_claimable(pqxx::transaction_base& t, std::uint64_t owner, moment now) {
  const auto again_by = count_of(handed_out_again_by(now));
  return row{on_.run(t, any_claimable, static_cast<std::int64_t>(owner), again_by).front()}.truth(0);
}

repair_queue::handed repair_queue::claim(pqxx::transaction_base& t, std::size_t count_max, moment now,
                                         std::uint64_t owner) {
  handed found;
  array_literal operation;
  array_literal position;
  const pqxx::result keys = on_.run(t, claim_some, static_cast<std::int64_t>(owner), count_of(handed_out_again_by(now)),
                                    row_limit(count_max), count_of(now));
  each(keys, [&](const row& r) {
    operation.add(r.integer(0));
    position.add(r.integer(1));
    found.is_taken.push_back(r.truth(2));
  });
  if (operation.empty())
    return found;
  const pqxx::result rows = on_.run(t, select_claimed, operation.text(), position.text());
  found.what.reserve(rows.size());
  each(rows, [&](const row& r) {
    found.what.push_back(claimed_in(r));
    found.what.back().taken = found.is_taken[found.what.size() - 1];
  });
  return found;
}

void repair_queue::record(pqxx::transaction_base& t, const std::vector<recorded_outcome>& outcomes, moment now) {
  if (outcomes.empty())
    return;
  array_literal operation;
  array_literal saga;
  array_literal state;
  array_literal result;
  array_literal because;
  array_literal sequence;
  for (const recorded_outcome& o : outcomes) {
    const bool is_applied = o.state == repair_state::applied;
    operation.add(o.operation);
    saga.add(o.saga.value);
    state.add(to_string(o.state));
    result.add(is_applied ? std::optional{to_string(repair_result::pending)} : std::nullopt);
    because.add(o.because);
    sequence.add(o.sequence);
  }
  on_.run(t, record_outcomes, count_of(now), operation.text(), saga.text(), state.text(), result.text(), because.text(),
          sequence.text());
}

} // namespace sagad::postgres

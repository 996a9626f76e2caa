#include "adapters/postgres/operation_book.hpp"

#include <unordered_map>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/maybe.hpp"
#include "adapters/postgres/saga_rows.hpp"

namespace sagad::postgres {

namespace {

constexpr statement insert_operation{
    "insert_operation", "INSERT INTO operations (action, who, why, value, per_second, canary, abort_if, planned_at, "
                        "pacer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING number"};
// The order that a store does not hold is refused at once; the first ones of the others are released.
constexpr statement insert_repairs{
    "insert_repairs",
    "INSERT INTO repairs (operation, position, saga, planned_sequence, state, because, at) "
    "SELECT $1, u.position, u.saga, u.sequence, "
    "CASE WHEN s.id IS NULL THEN 'refused' "
    "     WHEN row_number() OVER (PARTITION BY s.id IS NULL ORDER BY u.position) <= $4::bigint THEN 'released' "
    "     ELSE 'planned' END, CASE WHEN s.id IS NULL THEN $5 ELSE '' END, $6::bigint "
    "FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY AS u(saga, sequence, position) "
    "LEFT JOIN sagas s ON s.id = u.saga"};
constexpr statement lock_paced{"lock_paced", "SELECT FROM operations WHERE number = $1 AND pacer = $2 "
                                             "AND stopped_at IS NULL FOR NO KEY UPDATE"};
constexpr statement lock_one{"lock_operation", "SELECT FROM operations WHERE number = $1 FOR NO KEY UPDATE"};
constexpr statement release_first{"release_repairs",
                                  "UPDATE repairs r SET state = 'released', at = $3 FROM "
                                  "(SELECT position FROM repairs WHERE operation = $1 AND state = 'planned' "
                                  " ORDER BY position LIMIT $2) AS first "
                                  "WHERE r.operation = $1 AND r.position = first.position AND r.state = 'planned'"};
constexpr statement stop_one{"stop_operation", "UPDATE operations SET stopped_at = $2, stopped_by = $3, "
                                               "stopped_because = $4 WHERE number = $1"};
constexpr statement resume_one{"resume_operation", "UPDATE operations SET pacer = $2, stopped_at = NULL, "
                                                   "stopped_by = '', stopped_because = '' WHERE number = $1"};

const std::string columns = "SELECT " + std::string{operation_columns} + " FROM operations o ";
const std::string find_sql = columns + "WHERE o.number = $1";
const statement find_one{"find_operation", find_sql.c_str()};
const std::string list_sql = columns + "ORDER BY o.number DESC LIMIT $1";
const statement list_all{"list_operations", list_sql.c_str()};
constexpr statement count_repairs{"count_repairs",
                                  "SELECT operation, state, result, count(*) FROM repairs "
                                  "WHERE operation = ANY ($1::bigint[]) GROUP BY operation, state, result"};
constexpr statement select_set{"select_repairs", "SELECT saga, planned_sequence, state, result, because, at "
                                                 "FROM repairs WHERE operation = $1 ORDER BY position"};
constexpr statement count_not_over{
    "count_open_operations", "SELECT count(*) FROM operations o WHERE "
                             "EXISTS (SELECT FROM repairs r WHERE r.operation = o.number AND r.state = 'planned') OR "
                             "EXISTS (SELECT FROM repairs r WHERE r.operation = o.number AND r.state = 'released') OR "
                             "EXISTS (SELECT FROM repairs r WHERE r.operation = o.number AND r.result = 'pending')"};
// As `may_have_result`.
const std::string look_sql = "SELECT " + std::string{saga_columns} +
                             ", r.position FROM repairs r JOIN sagas s ON s.id = r.saga "
                             "WHERE r.operation = $1 AND r.result = 'pending' AND r.position > $2 "
                             "AND ($3 OR s.sequence > r.seen_sequence OR s.state IN ('completed', 'rolled_back')) "
                             "ORDER BY r.position LIMIT $4";
const statement look_again{"look_for_results", look_sql.c_str()};
constexpr statement record_results{
    "record_results", "UPDATE repairs r SET result = u.result, because = u.because, seen_sequence = u.sequence "
                      "FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) "
                      "AS u(position, result, because, sequence) "
                      "WHERE r.operation = $1 AND r.position = u.position AND r.result = 'pending'"};

} // namespace

std::int64_t operation_book::plan(pqxx::transaction_base& t, const operation_request& asked,
                                  const std::vector<repair_target>& set, std::size_t release, const std::string& pacer,
                                  moment now) {
  const auto& wanted = asked.wanted;
  const auto& pace = asked.pace;
  const maybe per_second{pace.per_second ? std::optional{row_limit(*pace.per_second)} : std::nullopt};
  const maybe abort_if{abort_text(pace)};
  const pqxx::result made =
      on_.run(t, insert_operation, std::string{operations::to_string(wanted.what)}, storable(wanted.who),
              storable(wanted.why), value_text(wanted.value), per_second.value, row_limit(pace.canary), abort_if.value,
              count_of(now), storable(pacer));
  const std::int64_t number = row{made.front()}.integer(0);
  array_literal saga;
  array_literal sequence;
  for (const repair_target& each : set) {
    saga.add(each.saga.value);
    sequence.add(each.sequence);
  }
  on_.run(t, insert_repairs, number, saga.text(), sequence.text(), row_limit(release), std::string{no_such_order},
          count_of(now));
  return number;
}

bool operation_book::is_paced_by(pqxx::transaction_base& t, std::int64_t operation, const std::string& pacer) {
  return !on_.run(t, lock_paced, operation, storable(pacer)).empty();
}

std::size_t operation_book::release(pqxx::transaction_base& t, std::int64_t operation, std::size_t count, moment now) {
  return on_.run(t, release_first, operation, row_limit(count), count_of(now)).affected_rows();
}

void operation_book::lock(pqxx::transaction_base& t, std::int64_t operation) { on_.run(t, lock_one, operation); }

void operation_book::stop(pqxx::transaction_base& t, std::int64_t operation, const std::string& who,
                          const std::string& why, moment now) {
  on_.run(t, stop_one, operation, count_of(now), storable(who), storable(why));
}

void operation_book::resume(pqxx::transaction_base& t, std::int64_t operation, const std::string& pacer) {
  on_.run(t, resume_one, operation, storable(pacer));
}

std::optional<operation> operation_book::find(pqxx::transaction_base& t, std::int64_t number) {
  const pqxx::result found = on_.run(t, find_one, number);
  if (found.empty())
    return std::nullopt;
  std::vector<operation> one{operation_in(row{found.front()})};
  fill_in_counts(t, one);
  return std::move(one.front());
}

std::vector<operation> operation_book::list(pqxx::transaction_base& t, std::optional<std::size_t> limit) {
  std::vector<operation> found;
  const pqxx::result rows = on_.run(t, list_all, row_limit(limit));
  each(rows, [&](const row& r) { found.push_back(operation_in(r)); });
  fill_in_counts(t, found);
  return found;
}

void operation_book::fill_in_counts(pqxx::transaction_base& t, std::vector<operation>& of) {
  array_literal numbers;
  for (const operation& o : of)
    numbers.add(operation_number(o.id).value_or(0));
  const pqxx::result rows = on_.run(t, count_repairs, numbers.text());
  std::unordered_map<std::string, repair_counts> counts;
  each(rows, [&](const row& r) { add_counted(counts[operation_id(r.integer(0))], r, 1); });
  for (operation& o : of)
    o.counts = counts[o.id];
}

std::vector<repair> operation_book::repairs(pqxx::transaction_base& t, std::int64_t operation) {
  std::vector<repair> found;
  const pqxx::result rows = on_.run(t, select_set, operation);
  each(rows, [&](const row& r) { found.push_back(repair_in(r)); });
  return found;
}

std::size_t operation_book::count_open(pqxx::transaction_base& t) {
  return static_cast<std::size_t>(row{on_.run(t, count_not_over).front()}.integer(0));
}

std::vector<seen_repair> operation_book::look(pqxx::transaction_base& t, std::int64_t operation,
                                              operations::operator_action what, std::int64_t position,
                                              std::size_t count_max) {
  std::vector<seen_repair> seen;
  const pqxx::result rows =
      on_.run(t, look_again, operation, position, what == operations::operator_action::hold, row_limit(count_max));
  each(rows, [&](const row& r) { seen.push_back(look_at(what, r.integer(after_saga), saga_in(r))); });
  return seen;
}

void operation_book::record(pqxx::transaction_base& t, std::int64_t operation, const std::vector<seen_repair>& seen) {
  array_literal position;
  array_literal result;
  array_literal because;
  array_literal sequence;
  for (const seen_repair& s : seen) {
    position.add(s.position);
    result.add(to_string(s.verdict.what));
    because.add(s.verdict.because);
    sequence.add(s.sequence);
  }
  on_.run(t, record_results, operation, position.text(), result.text(), because.text(), sequence.text());
}

} // namespace sagad::postgres

#include "adapters/sqlite/operation_book.hpp"

#include "adapters/sqlite/sagas.hpp"
#include "workflows/ports/stored_rows.hpp"

namespace sagad::sqlite {

namespace {

constexpr auto insert_operation = "INSERT INTO operations (action, who, why, value, per_second, canary, abort_if, "
                                  "planned_at, pacer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
constexpr auto find_known_saga = "SELECT n.number FROM saga_numbers n JOIN sagas s USING (number) WHERE n.id = ?1";
constexpr auto insert_one = "INSERT INTO repairs (operation, position, saga, planned_sequence, state, because, at) "
                            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr auto release_first =
    "UPDATE repairs SET state = 'released', at = ?3 WHERE operation = ?1 AND position IN "
    "(SELECT position FROM repairs WHERE operation = ?1 AND state = 'planned' ORDER BY position LIMIT ?2)";
const std::string select_operations = "SELECT " + std::string{operation_columns} + " FROM operations o ";
constexpr auto count_repairs =
    "SELECT state, result, count(*) FROM repairs WHERE operation = ?1 GROUP BY state, result";
constexpr auto select_set = "SELECT n.id, r.planned_sequence, r.state, r.result, r.because, r.at FROM repairs r "
                            "CROSS JOIN saga_numbers n ON n.number = r.saga WHERE r.operation = ?1 ORDER BY r.position";
constexpr auto count_not_over =
    "SELECT count(*) FROM operations o WHERE "
    "EXISTS (SELECT 1 FROM repairs r WHERE r.operation = o.number AND r.state = 'planned') OR "
    "EXISTS (SELECT 1 FROM repairs r WHERE r.operation = o.number AND r.state = 'released') OR "
    "EXISTS (SELECT 1 FROM repairs r WHERE r.operation = o.number AND r.result = 'pending')";
// As `may_have_result`. CROSS JOIN keeps the repairs in front, in the order of their index.
const std::string select_looked_at = "SELECT " + std::string{saga_columns} +
                                     ", r.position FROM repairs r CROSS JOIN sagas s ON s.number = r.saga "
                                     "CROSS JOIN saga_numbers n ON n.number = r.saga "
                                     "WHERE r.operation = ?1 AND r.result = 'pending' AND r.position > ?2 "
                                     "AND (?3 OR s.sequence > r.seen_sequence "
                                     "     OR s.state IN ('completed', 'rolled_back')) "
                                     "ORDER BY r.position LIMIT ?4";
constexpr auto record_seen = "UPDATE repairs SET result = ?3, because = ?4, seen_sequence = ?5 "
                             "WHERE operation = ?1 AND position = ?2 AND result = 'pending'";

std::int64_t kept(std::size_t count) { return row_limit(count); }

} // namespace

operation_book::operation_book(const connection& on, saga_numbers& numbers)
    : on_(on), numbers_(numbers), insert_(on, insert_operation), find_saga_(on, find_known_saga),
      insert_repair_(on, insert_one),
      select_paced_(on, "SELECT 1 FROM operations WHERE number = ?1 AND pacer = ?2 AND stopped_at IS NULL"),
      release_(on, release_first),
      stop_(on, "UPDATE operations SET stopped_at = ?2, stopped_by = ?3, stopped_because = ?4 WHERE number = ?1"),
      resume_(on, "UPDATE operations SET pacer = ?2, stopped_at = NULL, stopped_by = '', stopped_because = '' "
                  "WHERE number = ?1"),
      select_(on, select_operations + "WHERE o.number = ?1"),
      list_(on, select_operations + "ORDER BY o.number DESC LIMIT ?1"), count_(on, count_repairs),
      select_repairs_(on, select_set), count_open_(on, count_not_over), look_(on, select_looked_at),
      record_(on, record_seen) {}

std::int64_t operation_book::plan(const operation_request& asked, const std::vector<repair_target>& set,
                                  std::size_t release, const std::string& pacer, moment now) {
  const auto& wanted = asked.wanted;
  std::optional<std::size_t> per_second = asked.pace.per_second;
  if (per_second)
    per_second = static_cast<std::size_t>(kept(*per_second));
  insert_.run(operations::to_string(wanted.what), wanted.who, wanted.why, value_text(wanted.value), per_second,
              kept(asked.pace.canary), abort_text(asked.pace), now, pacer);
  const std::int64_t number = on_.db().getLastInsertRowid();
  std::int64_t position = 0;
  for (const repair_target& each : set) {
    bool released = release > 0;
    add(number, position++, each, released, now);
    release -= released ? 1 : 0;
  }
  return number;
}

/// `released`: whether it shall be; and then, whether it was.
void operation_book::add(std::int64_t operation, std::int64_t position, const repair_target& t, bool& released,
                         moment now) {
  const auto known = find_saga_.integer(t.saga.value);
  released = released && known;
  const repair_state state = !known ? repair_state::refused : released ? repair_state::released : repair_state::planned;
  const auto unknown = [&] {
    const auto number = numbers_.find(t.saga.value);
    return number ? *number : numbers_.add(t.saga.value);
  };
  insert_repair_.run(operation, position, known ? *known : unknown(), t.sequence, to_string(state),
                     known ? std::string_view{} : no_such_order, now);
}

bool operation_book::is_paced_by(std::int64_t operation, const std::string& pacer) {
  return select_paced_.integer(operation, pacer).has_value();
}

std::size_t operation_book::release(std::int64_t operation, std::size_t count, moment now) {
  return static_cast<std::size_t>(release_.run(operation, row_limit(count), now));
}

void operation_book::stop(std::int64_t operation, const std::string& who, const std::string& why, moment now) {
  stop_.run(operation, now, who, why);
}

void operation_book::resume(std::int64_t operation, const std::string& pacer) { resume_.run(operation, pacer); }

repair_counts operation_book::counts_of(std::int64_t operation) {
  repair_counts counts;
  count_.each([&](const row& r) { add_counted(counts, r, 0); }, operation);
  return counts;
}

std::optional<operation> operation_book::find(std::int64_t number) {
  std::optional<operation> found;
  select_.first([&](const row& r) { found = operation_in(r); }, number);
  if (found)
    found->counts = counts_of(number);
  return found;
}

std::vector<operation> operation_book::list(std::optional<std::size_t> limit) {
  std::vector<operation> found;
  list_.each([&](const row& r) { found.push_back(operation_in(r)); }, row_limit(limit));
  for (operation& each : found)
    each.counts = counts_of(operation_number(each.id).value_or(0));
  return found;
}

std::vector<repair> operation_book::repairs(std::int64_t operation) {
  std::vector<repair> found;
  select_repairs_.each([&](const row& r) { found.push_back(repair_in(r)); }, operation);
  return found;
}

std::size_t operation_book::count_open() { return static_cast<std::size_t>(count_open_.integer().value_or(0)); }

std::vector<seen_repair> operation_book::look(std::int64_t operation, operations::operator_action what,
                                              std::int64_t position, std::size_t count_max) {
  std::vector<seen_repair> seen;
  look_.each([&](const row& r) { seen.push_back(look_at(what, r.integer(after_saga), saga_in(r))); }, operation,
             position, what == operations::operator_action::hold, row_limit(count_max));
  return seen;
}

void operation_book::record(std::int64_t operation, const std::vector<seen_repair>& seen) {
  for (const seen_repair& each : seen)
    record_.run(operation, each.position, to_string(each.verdict.what), each.verdict.because, each.sequence);
}

} // namespace sagad::sqlite

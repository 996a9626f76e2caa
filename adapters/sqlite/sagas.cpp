#include "adapters/sqlite/sagas.hpp"

#include "adapters/sqlite/failure.hpp"
#include "workflows/ports/ownership.hpp"

namespace sagad::sqlite {

namespace {

constexpr auto insert_saga =
    "INSERT INTO sagas (number, state, outcome, owner, claimable_at, sequence, step, next_wakeup_at, created_at, "
    "updated_at, definition, version, progress) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

// Most progress leaves the owner alone, and so the indexes too.
constexpr auto update_progress = "UPDATE sagas SET state = ?2, outcome = ?3, sequence = ?4, step = ?5, "
                                 "next_wakeup_at = ?6, updated_at = ?7, progress = ?8 "
                                 "WHERE number = ?1 AND sequence <= ?4";
constexpr auto update_all = "UPDATE sagas SET state = ?2, outcome = ?3, sequence = ?4, step = ?5, "
                            "next_wakeup_at = ?6, updated_at = ?7, progress = ?8, owner = ?9, claimable_at = ?10 "
                            "WHERE number = ?1 AND sequence <= ?4";

constexpr auto any_claimable = "SELECT 1 FROM sagas WHERE claimable_at <= ?1 LIMIT 1";
const std::string select_claimable = "SELECT " + std::string{saga_columns} +
                                     ", o.input, s.number FROM sagas s "
                                     "JOIN saga_numbers n USING (number) JOIN orders o USING (number) "
                                     "WHERE s.claimable_at <= ?1 ORDER BY s.claimable_at, s.number LIMIT ?2";
constexpr auto take_over = "UPDATE sagas SET owner = ?2, claimable_at = NULL WHERE number = ?1";
const std::string select_one = "SELECT " + std::string{saga_columns} +
                               ", o.input FROM saga_numbers n "
                               "JOIN sagas s USING (number) JOIN orders o USING (number) WHERE n.id = ?1";

// Whoever takes them up asks again at once: what was under way when their node went is in doubt.
constexpr auto release_others = "UPDATE sagas SET owner = NULL, "
                                "claimable_at = iif(state IN ('running', 'compensating'), 0, NULL) "
                                "WHERE owner IS NOT NULL AND owner <> ?1";
constexpr auto release_own = "UPDATE sagas SET owner = NULL, "
                             "claimable_at = iif(state IN ('running', 'compensating'), 0, NULL) WHERE owner = ?1";

} // namespace

sagas::sagas(const connection& on, saga_numbers& numbers)
    : numbers_(numbers), insert_(on, insert_saga), progress_(on, update_progress), all_(on, update_all),
      any_claimable_(on, any_claimable), select_claimable_(on, select_claimable), take_(on, take_over),
      select_(on, select_one), release_others_(on, release_others), release_(on, release_own) {}

const std::string& sagas::progress_of(const saga& s) {
  text_.clear();
  append_progress(text_, s);
  return text_;
}

void sagas::insert(std::int64_t number, const saga& begun, std::optional<std::uint64_t> owner) {
  insert_.run(number, to_string(begun.state), begun.outcome, owner, owner ? std::nullopt : claimable_at(begun),
              begun.sequence, current_step(begun), begun.wakeup_at, begun.created_at, begun.updated_at,
              begun.definition, begun.version, progress_of(begun));
  if (owner)
    numbers_.begin_driving(begun.id.value, number);
}

std::optional<std::int64_t> sagas::record(const saga_update& u, std::uint64_t owner) {
  const saga& s = u.after;
  const auto number = numbers_.find(s.id.value);
  if (!number)
    throw failure{never_begun(s.id)};
  const bool let_go = u.rests || has_ended(s);
  const bool owner_stays = !let_go && numbers_.drives(s.id.value);
  if (!(owner_stays ? write_progress(*number, s) : write_all(*number, s, let_go ? std::nullopt : std::optional{owner})))
    return std::nullopt;
  if (let_go)
    numbers_.stop_driving(s.id.value);
  else if (!owner_stays)
    numbers_.begin_driving(s.id.value, *number);
  return number;
}

bool sagas::write_progress(std::int64_t number, const saga& s) {
  return progress_.run(number, to_string(s.state), s.outcome, s.sequence, current_step(s), s.wakeup_at, s.updated_at,
                       progress_of(s)) == 1;
}

bool sagas::write_all(std::int64_t number, const saga& s, std::optional<std::uint64_t> owner) {
  return all_.run(number, to_string(s.state), s.outcome, s.sequence, current_step(s), s.wakeup_at, s.updated_at,
                  progress_of(s), owner, owner ? std::nullopt : claimable_at(s)) == 1;
}

bool sagas::has_claimable(moment due) { return any_claimable_.integer(due).has_value(); }

std::vector<stored_saga> sagas::claim(std::size_t count_max, moment due, std::uint64_t owner) {
  std::vector<stored_saga> found;
  std::vector<std::int64_t> numbers;
  select_claimable_.each(
      [&](const row& r) {
        found.push_back(stored_in(r));
        numbers.push_back(r.integer(after_saga + 1));
      },
      due, static_cast<std::int64_t>(count_max));
  for (std::size_t i = 0; i < found.size(); ++i)
    take(found[i].now.id, numbers[i], owner);
  return found;
}

void sagas::take(const saga_id& id, std::int64_t number, std::uint64_t owner) {
  take_.run(number, owner);
  numbers_.begin_driving(id.value, number);
}

std::optional<stored_saga> sagas::load(const saga_id& id) {
  std::optional<stored_saga> found;
  select_.first([&](const row& r) { found = stored_in(r); }, id.value);
  return found;
}

void sagas::release_all_but(std::uint64_t except) { release_others_.run(except); }

void sagas::release_all_of(std::uint64_t owner) { release_.run(owner); }

} // namespace sagad::sqlite

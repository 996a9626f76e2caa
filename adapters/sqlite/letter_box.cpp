#include "adapters/sqlite/letter_box.hpp"

#include "workflows/ports/desk_rows.hpp"

namespace sagad::sqlite {

namespace {

const std::string select_letters = "SELECT id, source, reason, body, at, discarded_at, discarded_by, requeued_at, "
                                   "requeue_result FROM dead_letters ";

kept_letter letter_of(const row& r) { return letter_in(r, r.text(3)); }

} // namespace

letter_box::letter_box(const connection& on)
    : insert_(on, "INSERT INTO dead_letters (source, reason, body, at) VALUES (?1, ?2, CAST(?3 AS BLOB), ?4)"),
      select_(on, select_letters + "WHERE id = ?1"),
      list_(on, select_letters + "WHERE (?1 = '' OR source = ?1) AND (?2 = '' OR instr(reason, ?2) > 0) "
                                 "AND (?3 OR discarded_at IS NULL) ORDER BY id DESC LIMIT ?4"),
      count_(on, "SELECT count(*) FROM dead_letters WHERE discarded_at IS NULL"),
      exists_(on, "SELECT 1 FROM dead_letters WHERE id = ?1"),
      discard_(on, "UPDATE dead_letters SET discarded_at = ?2, discarded_by = ?3 "
                   "WHERE id = ?1 AND discarded_at IS NULL"),
      restore_(on, "UPDATE dead_letters SET discarded_at = NULL, discarded_by = '' "
                   "WHERE id = ?1 AND discarded_at IS NOT NULL"),
      note_(on, "UPDATE dead_letters SET requeued_at = ?2, requeue_result = ?3 WHERE id = ?1"),
      any_discarded_(on, "SELECT 1 FROM dead_letters WHERE discarded_at < ?1 LIMIT 1"),
      purge_(on, "DELETE FROM dead_letters WHERE id IN "
                 "(SELECT id FROM dead_letters WHERE discarded_at < ?1 ORDER BY discarded_at LIMIT ?2)") {}

void letter_box::keep(const dead_letter& letter) { insert_.run(letter.source, letter.reason, letter.body, letter.at); }

std::optional<kept_letter> letter_box::find(std::uint64_t number) {
  std::optional<kept_letter> found;
  select_.first([&](const row& r) { found = letter_of(r); }, number);
  return found;
}

std::vector<kept_letter> letter_box::list(const letter_filter& filter) {
  std::vector<kept_letter> found;
  list_.each([&](const row& r) { found.push_back(letter_of(r)); }, filter.source, filter.reason, filter.with_discarded,
             row_limit(filter.limit));
  return found;
}

std::size_t letter_box::count() { return static_cast<std::size_t>(count_.integer().value_or(0)); }

letter_verdict letter_box::discard(std::uint64_t number, const std::string& who, moment now) {
  return verdict_of(discard_.run(number, now, who), number);
}

letter_verdict letter_box::restore(std::uint64_t number) { return verdict_of(restore_.run(number), number); }

letter_verdict letter_box::verdict_of(int changed, std::uint64_t number) {
  if (changed > 0)
    return letter_verdict::done;
  return exists_.integer(number) ? letter_verdict::unchanged : letter_verdict::not_found;
}

void letter_box::note_requeued(std::uint64_t number, const std::string& result, moment now) {
  note_.run(number, now, result);
}

bool letter_box::has_discarded(moment before) { return any_discarded_.integer(before).has_value(); }

std::size_t letter_box::purge(moment discarded_before, std::size_t count_max) {
  return static_cast<std::size_t>(purge_.run(discarded_before, row_limit(count_max)));
}

} // namespace sagad::sqlite

#include "adapters/postgres/letter_box.hpp"

#include <unordered_set>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/maybe.hpp"
#include "adapters/postgres/row.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::postgres {

namespace {

constexpr statement insert_letters{"insert_dead_letters",
                                   "INSERT INTO dead_letters (source, reason, body, at) "
                                   "SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[])"};

const std::string columns = "SELECT id, source, reason, encode(body, 'hex'), at, discarded_at, discarded_by, "
                            "requeued_at, requeue_result FROM dead_letters ";
const std::string find_sql = columns + "WHERE id = $1";
const statement find_one{"find_letter", find_sql.c_str()};
const std::string lock_sql = columns + "WHERE id = $1 FOR NO KEY UPDATE";
const statement lock_one{"lock_letter", lock_sql.c_str()};
const std::string list_sql = columns + "WHERE ($1 = '' OR source = $1) AND ($2 = '' OR strpos(reason, $2) > 0) "
                                       "AND ($3 OR discarded_at IS NULL) ORDER BY id DESC LIMIT $4";
const statement list_some{"list_letters", list_sql.c_str()};
constexpr statement count_kept{"count_dead_letters", "SELECT count(*) FROM dead_letters WHERE discarded_at IS NULL"};
constexpr statement select_known{"select_known_letters", "SELECT id FROM dead_letters WHERE id = ANY ($1::bigint[])"};
constexpr statement discard_some{"discard_letters",
                                 "UPDATE dead_letters SET discarded_at = $2, discarded_by = $3 "
                                 "WHERE id = ANY ($1::bigint[]) AND discarded_at IS NULL RETURNING id"};
constexpr statement restore_some{"restore_letters",
                                 "UPDATE dead_letters SET discarded_at = NULL, discarded_by = '' "
                                 "WHERE id = ANY ($1::bigint[]) AND discarded_at IS NOT NULL RETURNING id"};
constexpr statement note_requeue{"note_requeue",
                                 "UPDATE dead_letters SET requeued_at = $2, requeue_result = $3 WHERE id = $1"};
constexpr statement any_discarded{"any_discarded", "SELECT EXISTS (SELECT FROM dead_letters WHERE discarded_at < $1)"};
// Outside, too: somebody may restore one meanwhile.
constexpr statement purge_some{"purge_letters",
                               "DELETE FROM dead_letters WHERE discarded_at < $1 AND id = ANY (ARRAY(SELECT id "
                               "FROM dead_letters WHERE discarded_at < $1 ORDER BY discarded_at LIMIT $2))"};

unsigned nibble(char hex) { return static_cast<unsigned>(hex <= '9' ? hex - '0' : hex - 'a' + 10); }

std::string bytes_in(std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(nibble(hex[i]) << 4U | nibble(hex[i + 1]));
  return bytes;
}

kept_letter letter_of(const row& r) { return letter_in(r, bytes_in(r.view(3))); }

std::optional<kept_letter> only_letter_of(const pqxx::result& found) {
  return found.empty() ? std::nullopt : std::optional{letter_of(row{found.front()})};
}

/// Beyond any number that the store gives, none is found.
std::int64_t id_of(std::uint64_t number) { return static_cast<std::int64_t>(number); }

array_literal ids_of(const std::vector<std::uint64_t>& numbers) {
  array_literal ids;
  for (const std::uint64_t each_number : numbers)
    ids.add(id_of(each_number));
  return ids;
}

std::unordered_set<std::uint64_t> numbers_in(const pqxx::result& ids) {
  std::unordered_set<std::uint64_t> found;
  each(ids, [&](const row& r) { found.insert(r.count(0)); });
  return found;
}

} // namespace

void letter_box::keep(pqxx::transaction_base& t, const std::vector<dead_letter>& letters) {
  if (letters.empty())
    return;
  array_literal source;
  array_literal reason;
  array_literal body;
  array_literal at;
  for (const dead_letter& d : letters) {
    source.add(d.source);
    reason.add(d.reason);
    body.add_bytes(d.body);
    at.add(d.at);
  }
  on_.run(t, insert_letters, source.text(), reason.text(), body.text(), at.text());
}

std::optional<kept_letter> letter_box::find(pqxx::transaction_base& t, std::uint64_t number) {
  return only_letter_of(on_.run(t, find_one, id_of(number)));
}

std::optional<kept_letter> letter_box::find_and_lock(pqxx::transaction_base& t, std::uint64_t number) {
  return only_letter_of(on_.run(t, lock_one, id_of(number)));
}

std::vector<kept_letter> letter_box::list(pqxx::transaction_base& t, const letter_filter& filter) {
  std::vector<kept_letter> found;
  const pqxx::result rows = on_.run(t, list_some, storable(filter.source), storable(filter.reason),
                                    filter.with_discarded, row_limit(filter.limit));
  each(rows, [&](const row& r) { found.push_back(letter_of(r)); });
  return found;
}

std::size_t letter_box::count(pqxx::transaction_base& t) {
  return static_cast<std::size_t>(row{on_.run(t, count_kept).front()}.integer(0));
}

std::vector<letter_verdict> letter_box::discard(pqxx::transaction_base& t, const std::vector<std::uint64_t>& numbers,
                                                const std::string& who, moment now) {
  return verdicts_of(t, on_.run(t, discard_some, ids_of(numbers).text(), count_of(now), storable(who)), numbers);
}

std::vector<letter_verdict> letter_box::restore(pqxx::transaction_base& t, const std::vector<std::uint64_t>& numbers) {
  return verdicts_of(t, on_.run(t, restore_some, ids_of(numbers).text()), numbers);
}

std::vector<letter_verdict> letter_box::verdicts_of(pqxx::transaction_base& t, const pqxx::result& changed,
                                                    const std::vector<std::uint64_t>& numbers) {
  auto done = numbers_in(changed);
  const auto known = numbers_in(on_.run(t, select_known, ids_of(numbers).text()));
  std::vector<letter_verdict> verdicts;
  verdicts.reserve(numbers.size());
  for (const std::uint64_t n : numbers)
    if (done.erase(n) > 0) // of one that was named twice, the first
      verdicts.push_back(letter_verdict::done);
    else
      verdicts.push_back(known.contains(n) ? letter_verdict::unchanged : letter_verdict::not_found);
  return verdicts;
}

void letter_box::note_requeued(pqxx::transaction_base& t, std::uint64_t number, const std::string& result, moment now) {
  on_.run(t, note_requeue, id_of(number), count_of(now), storable(result));
}

bool letter_box::has_discarded(pqxx::transaction_base& t, moment before) {
  return row{on_.run(t, any_discarded, count_of(before)).front()}.truth(0);
}

std::size_t letter_box::purge(pqxx::transaction_base& t, moment discarded_before, std::size_t count_max) {
  return on_.run(t, purge_some, count_of(discarded_before), row_limit(count_max)).affected_rows();
}

} // namespace sagad::postgres

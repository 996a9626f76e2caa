#include "adapters/postgres/rule_book.hpp"

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/maybe.hpp"
#include "adapters/postgres/row.hpp"
#include "workflows/ports/desk_rows.hpp"

namespace sagad::postgres {

namespace {

constexpr statement set_rule{
    "set_rule", "INSERT INTO participant_rules (participant, forced, who, why, since) VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT (participant) DO UPDATE SET forced = excluded.forced, who = excluded.who, "
                "why = excluded.why, since = excluded.since"};
constexpr statement clear_rule{"clear_rule", "DELETE FROM participant_rules WHERE participant = $1"};
constexpr statement select_rules{
    "select_rules", "SELECT participant, forced, who, why, since FROM participant_rules ORDER BY participant"};
constexpr statement set_note{"set_note",
                             "INSERT INTO group_notes (cause, text, who, at) VALUES ($1, $2, $3, $4) ON CONFLICT "
                             "(cause) DO UPDATE SET text = excluded.text, who = excluded.who, at = excluded.at"};
constexpr statement clear_note{"clear_note", "DELETE FROM group_notes WHERE cause = $1"};
constexpr statement select_notes{"select_notes", "SELECT cause, text, who, at FROM group_notes ORDER BY cause"};
constexpr statement insert_entries{
    "insert_log",
    "INSERT INTO operators_log (at, who, verb, subject, why, detail) "
    "SELECT at, who, verb, subject, why, detail FROM unnest($1::bigint[], $2::text[], $3::text[], "
    "$4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS e(at, who, verb, subject, why, detail, place) "
    "ORDER BY place"};
constexpr statement select_entries{"select_log", "SELECT number, at, who, verb, subject, why, detail "
                                                 "FROM operators_log ORDER BY number DESC LIMIT $1"};

} // namespace

void rule_book::set(pqxx::transaction_base& t, const participant_rule& rule) {
  on_.run(t, set_rule, storable(rule.on), std::string{operations::to_string(rule.forced)}, storable(rule.who),
          storable(rule.why), count_of(rule.since));
}

bool rule_book::clear(pqxx::transaction_base& t, const std::string& on) {
  return on_.run(t, clear_rule, storable(on)).affected_rows() > 0;
}

std::vector<participant_rule> rule_book::rules(pqxx::transaction_base& t) {
  std::vector<participant_rule> found;
  const pqxx::result rows = on_.run(t, select_rules);
  each(rows, [&](const row& r) { found.push_back(rule_in(r)); });
  return found;
}

void rule_book::set(pqxx::transaction_base& t, const group_note& note) {
  if (note.text.empty())
    on_.run(t, clear_note, storable(note.group));
  else
    on_.run(t, set_note, storable(note.group), storable(note.text), storable(note.who), count_of(note.at));
}

std::vector<group_note> rule_book::notes(pqxx::transaction_base& t) {
  std::vector<group_note> found;
  const pqxx::result rows = on_.run(t, select_notes);
  each(rows, [&](const row& r) { found.push_back(note_in(r)); });
  return found;
}

void rule_book::log(pqxx::transaction_base& t, const std::vector<log_entry>& entries) {
  if (entries.empty())
    return;
  array_literal at;
  array_literal who;
  array_literal verb;
  array_literal subject;
  array_literal why;
  array_literal detail;
  for (const log_entry& e : entries) {
    at.add(e.at);
    who.add(e.who);
    verb.add(e.verb);
    subject.add(e.subject);
    why.add(e.why);
    detail.add(e.detail);
  }
  on_.run(t, insert_entries, at.text(), who.text(), verb.text(), subject.text(), why.text(), detail.text());
}

std::vector<log_entry> rule_book::entries(pqxx::transaction_base& t, std::optional<std::size_t> limit) {
  std::vector<log_entry> found;
  const pqxx::result rows = on_.run(t, select_entries, row_limit(limit));
  each(rows, [&](const row& r) { found.push_back(log_entry_in(r)); });
  return found;
}

} // namespace sagad::postgres

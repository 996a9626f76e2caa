#include "adapters/sqlite/rule_book.hpp"

#include "workflows/ports/desk_rows.hpp"

namespace sagad::sqlite {

rule_book::rule_book(const connection& on)
    : set_rule_(on, "INSERT OR REPLACE INTO participant_rules (participant, forced, who, why, since) "
                    "VALUES (?1, ?2, ?3, ?4, ?5)"),
      clear_rule_(on, "DELETE FROM participant_rules WHERE participant = ?1"),
      select_rules_(on, "SELECT participant, forced, who, why, since FROM participant_rules ORDER BY participant"),
      set_note_(on, "INSERT OR REPLACE INTO group_notes (cause, text, who, at) VALUES (?1, ?2, ?3, ?4)"),
      clear_note_(on, "DELETE FROM group_notes WHERE cause = ?1"),
      select_notes_(on, "SELECT cause, text, who, at FROM group_notes ORDER BY cause"),
      insert_entry_(on, "INSERT INTO operators_log (at, who, verb, subject, why, detail) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      select_entries_(on, "SELECT number, at, who, verb, subject, why, detail FROM operators_log "
                          "ORDER BY number DESC LIMIT ?1") {}

void rule_book::set(const participant_rule& rule) {
  set_rule_.run(rule.on, operations::to_string(rule.forced), rule.who, rule.why, rule.since);
}

bool rule_book::clear(const std::string& on) { return clear_rule_.run(on) > 0; }

std::vector<participant_rule> rule_book::rules() {
  std::vector<participant_rule> found;
  select_rules_.each([&](const row& r) { found.push_back(rule_in(r)); });
  return found;
}

void rule_book::set(const group_note& note) {
  if (note.text.empty())
    clear_note_.run(note.group);
  else
    set_note_.run(note.group, note.text, note.who, note.at);
}

std::vector<group_note> rule_book::notes() {
  std::vector<group_note> found;
  select_notes_.each([&](const row& r) { found.push_back(note_in(r)); });
  return found;
}

void rule_book::log(const log_entry& e) { insert_entry_.run(e.at, e.who, e.verb, e.subject, e.why, e.detail); }

std::vector<log_entry> rule_book::entries(std::optional<std::size_t> limit) {
  std::vector<log_entry> found;
  select_entries_.each([&](const row& r) { found.push_back(log_entry_in(r)); }, row_limit(limit));
  return found;
}

} // namespace sagad::sqlite

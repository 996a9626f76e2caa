#include "workflows/ports/log_entries.hpp"

namespace sagad {

namespace {

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

log_entry entry(moment at, const std::string& who, std::string verb, const std::string& subject, const std::string& why,
                std::string detail = {}) {
  log_entry e;
  e.at = at;
  e.who = who;
  e.verb = std::move(verb);
  e.subject = subject;
  e.why = why;
  e.detail = std::move(detail);
  return e;
}

std::string verb_of(operations::circuit_override forced) {
  return forced == operations::circuit_override::forced_closed ? "participant force" : "participant hold";
}

} // namespace

log_entry planned_entry(const std::string& operation, const operation_request& asked, std::size_t orders, moment now) {
  return entry(now, asked.wanted.who, "order " + std::string{operations::to_string(asked.wanted.what)}, operation,
               asked.wanted.why, counted(orders, "order"));
}

log_entry stopped_entry(const std::string& operation, const std::string& who, const std::string& why, moment now) {
  return entry(now, who, "operation stop", operation, why);
}

log_entry resumed_entry(const std::string& operation, const std::string& who, moment now) {
  return entry(now, who, "operation resume", operation, {});
}

log_entry rule_entry(const participant_rule& rule) {
  return entry(rule.since, rule.who, verb_of(rule.forced), rule.on, rule.why);
}

log_entry rule_cleared_entry(const std::string& on, const std::string& who, const std::string& why, moment now) {
  return entry(now, who, "participant release", on, why);
}

log_entry note_entry(const group_note& note) {
  return entry(note.at, note.who, "note", note.group, note.text, note.text.empty() ? "taken away" : "");
}

log_entry drain_entry(const std::string& node, std::size_t asked, const std::string& who, moment now) {
  return entry(now, who, "node drain", node, {}, counted(asked, "node"));
}

std::string_view verb_of(letter_act what) {
  switch (what) {
  case letter_act::discard:
    return "deadletter discard";
  case letter_act::restore:
    return "deadletter restore";
  case letter_act::requeue:
    return "deadletter requeue";
  }
  return "unknown";
}

log_entry letter_entry(letter_act what, std::uint64_t number, const std::string& who, const std::string& why,
                       moment now, const std::string& detail) {
  return entry(now, who, std::string{verb_of(what)}, std::to_string(number), why, detail);
}

} // namespace sagad

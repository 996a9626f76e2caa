#include "adapters/sqlite/inbox.hpp"

#include "workflows/ports/stored_rows.hpp"

namespace sagad::sqlite {

inbox::inbox(const connection& on)
    : select_(on, "SELECT recorded, kind, code, detail, result FROM inbox WHERE saga = ?1 AND step = ?2"),
      insert_(on, "INSERT INTO inbox (saga, step, recorded, kind, code, detail, result) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      undo_(on, "UPDATE inbox SET recorded = 'undone' WHERE saga = ?1 AND step = ?2") {}

remembered inbox::find(const effect_key& key) {
  remembered known;
  select_.first([&](const row& r) { known = remembered_in(r, 0); }, key.saga, key.step);
  return known;
}

void inbox::remember(const effect_key& key, std::string_view kind, const ledger_answer& answer) {
  const auto what = answer.outcome == reply_outcome::succeeded ? recorded::succeeded : recorded::refused;
  std::optional<std::string> result;
  if (!answer.result.is_null())
    result = answer.result.dump();
  insert_.run(key.saga, key.step, to_string(what), kind, answer.code, answer.detail, result);
}

void inbox::remember_undone(const effect_key& key) { undo_.run(key.saga, key.step); }

void inbox::block(const effect_key& key) {
  insert_.run(key.saga, key.step, to_string(recorded::undone), std::string_view{}, std::string_view{},
              std::string_view{}, std::nullopt);
}

} // namespace sagad::sqlite

#include "adapters/sqlite/inbox.hpp"

#include "adapters/sqlite/failure.hpp"

namespace sagad::sqlite {

namespace {

remembered remembered_in(const row& r) {
  const auto what = recorded_from(r.view(0));
  if (!what)
    throw failure{store_error::kind::corrupt, "the inbox remembers '" + r.text(0) + "', which means nothing"};
  ledger_answer answer{.outcome = *what == recorded::succeeded ? reply_outcome::succeeded : reply_outcome::refused,
                       .code = r.text(2),
                       .detail = r.text(3),
                       .result = {}};
  if (!r.is_null(4))
    answer.result = json::parse(r.view(4), nullptr, false);
  if (answer.result.is_discarded())
    throw failure{store_error::kind::corrupt, "the inbox holds a result that is no JSON"};
  return {.what = *what, .kind = r.text(1), .answer = std::move(answer)};
}

} // namespace

inbox::inbox(const connection& on)
    : select_(on, "SELECT recorded, kind, code, detail, result FROM inbox WHERE saga = ?1 AND step = ?2"),
      insert_(on, "INSERT INTO inbox (saga, step, recorded, kind, code, detail, result) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      undo_(on, "UPDATE inbox SET recorded = 'undone' WHERE saga = ?1 AND step = ?2") {}

remembered inbox::find(const effect_key& key) {
  remembered known;
  select_.first([&](const row& r) { known = remembered_in(r); }, key.saga, key.step);
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

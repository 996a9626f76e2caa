#include "adapters/sqlite/history.hpp"

namespace sagad::sqlite {

history::history(const connection& on)
    : insert_(on, "INSERT OR IGNORE INTO facts (saga, sequence, at, type, attempt, code, detail) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      select_(on, "SELECT sequence, at, type, attempt, code, detail FROM facts "
                  "WHERE saga = (SELECT number FROM saga_numbers WHERE id = ?1) AND sequence > ?2 ORDER BY sequence "
                  "LIMIT ifnull(?3, -1)") {}

bool history::append(std::int64_t saga, const fact& f) {
  return insert_.run(saga, f.sequence, f.at, f.type, f.attempt, f.code, f.detail) == 1;
}

std::vector<fact> history::of(const order_id& order, std::uint64_t after, std::optional<std::size_t> count_max) {
  std::vector<fact> found;
  select_.each(
      [&](const row& r) {
        found.push_back({.order = order,
                         .saga = saga_id{order.value},
                         .sequence = r.count(0),
                         .at = r.time(1),
                         .type = r.text(2),
                         .attempt = static_cast<int>(r.integer(3)),
                         .code = r.text(4),
                         .detail = r.text(5)});
      },
      order.value, after, count_max);
  return found;
}

} // namespace sagad::sqlite

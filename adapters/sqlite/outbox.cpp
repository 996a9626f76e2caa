#include "adapters/sqlite/outbox.hpp"

#include <iterator>
#include <string>

namespace sagad::sqlite {

namespace {

constexpr auto insert = "INSERT OR IGNORE INTO outbox (saga, first_sequence, touched_at) VALUES (?1, ?2, ?3)";
constexpr auto remove_published = "DELETE FROM outbox WHERE saga = ?1 "
                                  "AND ?2 >= (SELECT sequence FROM sagas WHERE number = ?1)";
constexpr auto raise_first = "UPDATE outbox SET first_sequence = max(first_sequence, ?2 + 1), touched_at = ?3 "
                             "WHERE saga = ?1";
constexpr auto select_first = "SELECT first_sequence FROM outbox WHERE saga = ?1";
constexpr auto any_idle = "SELECT 1 FROM outbox WHERE touched_at <= ?1 LIMIT 1";
constexpr auto select_idle = "SELECT o.saga, o.first_sequence, n.id FROM outbox o JOIN saga_numbers n ON n.number = "
                             "o.saga WHERE o.touched_at <= ?1 ORDER BY o.touched_at, o.saga LIMIT ?2";
constexpr auto touch = "UPDATE outbox SET touched_at = ?2 WHERE saga = ?1";

struct idle_saga {
  std::int64_t number = 0;
  std::uint64_t first = 0;
  order_id order;
};

} // namespace

outbox::outbox(const connection& on, saga_numbers& numbers, history& facts)
    : numbers_(numbers), facts_(facts), insert_(on, insert), remove_(on, remove_published), raise_(on, raise_first),
      select_first_(on, select_first), any_idle_(on, any_idle), select_idle_(on, select_idle), touch_(on, touch),
      count_(on, "SELECT count(*) FROM outbox") {}

void outbox::await_publication(std::int64_t saga, std::uint64_t first, moment now) { insert_.run(saga, first, now); }

void outbox::await_publication(const saga& begun, moment now) {
  await_publication(numbers_.find(begun.id.value).value(), begun.sequence, now);
}

void outbox::note_published(const publication& p, moment now) {
  const auto number = numbers_.find(p.saga.value);
  if (number && remove_.run(*number, p.up_to) == 0)
    raise_.run(*number, p.up_to, now);
}

std::vector<fact> outbox::of(const saga_id& id) {
  const auto number = numbers_.find(id.value);
  const auto first = number ? select_first_.integer(*number) : std::nullopt;
  if (!first)
    return {};
  return facts_.of(order_id{id.value}, static_cast<std::uint64_t>(*first) - 1);
}

bool outbox::has_idle(moment idle_since) { return any_idle_.integer(idle_since).has_value(); }

std::vector<fact> outbox::claim(std::size_t sagas_max, moment idle_since, moment now) {
  std::vector<idle_saga> idle;
  select_idle_.each(
      [&](const row& r) {
        idle.push_back({.number = r.integer(0), .first = r.count(1), .order = order_id{r.text(2)}});
      },
      idle_since, static_cast<std::int64_t>(sagas_max));
  std::vector<fact> found;
  for (const idle_saga& each : idle) {
    auto facts = facts_.of(each.order, each.first - 1, facts_per_claim_max);
    found.insert(found.end(), std::make_move_iterator(facts.begin()), std::make_move_iterator(facts.end()));
    touch_.run(each.number, now);
  }
  return found;
}

std::size_t outbox::count() { return static_cast<std::size_t>(count_.integer().value_or(0)); }

} // namespace sagad::sqlite

#include "adapters/sqlite/repair_queue.hpp"

#include <utility>

namespace sagad::sqlite {

namespace {

// One node at a time: whoever had a repair and is not this one is gone. Otherwise as `may_be_handed_out`.
const std::string claimable = "FROM repairs r CROSS JOIN sagas s ON s.number = r.saga "
                              "CROSS JOIN saga_numbers n ON n.number = r.saga "
                              "CROSS JOIN orders o ON o.number = r.saga "
                              "CROSS JOIN operations w ON w.number = r.operation "
                              "WHERE r.state = 'released' AND (s.owner IS NULL OR s.owner = ?1) "
                              "AND (r.handed_to IS NULL OR r.handed_to <> ?1 OR r.handed_at <= ?2) ";
const std::string select_claimable = "SELECT " + std::string{saga_columns} +
                                     ", o.input, w.action, w.who, w.why, w.value, r.operation, r.position, "
                                     "r.planned_sequence, s.owner, r.saga " +
                                     claimable + "ORDER BY r.operation, r.position LIMIT ?3";

/// A repair that is being handed out.
struct handed {
  claimed_repair what;
  std::int64_t operation = 0;
  std::int64_t position = 0;
  std::int64_t saga = 0;
  bool is_taken = false;
};

handed handed_in(const row& r) {
  constexpr int wish = after_saga + 1;
  constexpr int place = wish + 4;
  handed h{.what = {.operation = operation_id(r.integer(place)),
                    .wanted = wish_in(r, wish),
                    .planned_sequence = r.count(place + 2),
                    .saga = stored_in(r)},
           .operation = r.integer(place),
           .position = r.integer(place + 1),
           .saga = r.integer(place + 4)};
  h.is_taken = r.is_null(place + 3) && !has_ended(h.what.saga.now);
  return h;
}

} // namespace

repair_queue::repair_queue(const connection& on, saga_numbers& numbers, sagas& journal, outbox& unpublished)
    : numbers_(numbers), journal_(journal), unpublished_(unpublished), any_(on, "SELECT 1 " + claimable + "LIMIT 1"),
      select_(on, select_claimable),
      hand_out_(on, "UPDATE repairs SET handed_to = ?3, handed_at = ?4 WHERE operation = ?1 AND position = ?2"),
      record_(on, "UPDATE repairs SET state = ?3, result = ?4, because = ?5, at = ?6, seen_sequence = ?7 "
                  "WHERE operation = ?1 AND saga = ?2 AND state = 'released'") {}

bool repair_queue::has_claimable(std::uint64_t owner, moment now) {
  return any_.integer(owner, handed_out_again_by(now)).has_value();
}

std::vector<claimed_repair> repair_queue::claim(std::size_t count_max, moment now, std::uint64_t owner,
                                                bool publishes) {
  std::vector<handed> all;
  select_.each([&](const row& r) { all.push_back(handed_in(r)); }, owner, handed_out_again_by(now),
               row_limit(count_max));
  std::vector<claimed_repair> found;
  found.reserve(all.size());
  for (handed& each : all) {
    hand_out_.run(each.operation, each.position, owner, now);
    if (each.is_taken) {
      each.what.taken = true;
      journal_.take(each.what.saga.now.id, each.saga, owner);
      if (publishes)
        each.what.saga.unpublished = unpublished_.of(each.what.saga.now.id);
    }
    found.push_back(std::move(each.what));
  }
  return found;
}

void repair_queue::record(const recorded_outcome& outcome, moment now) {
  const auto saga = numbers_.find(outcome.saga.value);
  if (!saga)
    return;
  const bool is_applied = outcome.state == repair_state::applied;
  record_.run(outcome.operation, *saga, to_string(outcome.state),
              is_applied ? std::optional{to_string(repair_result::pending)} : std::nullopt, outcome.because, now,
              outcome.sequence);
}

} // namespace sagad::sqlite

#include "adapters/sqlite/node_session.hpp"

#include <unordered_set>
#include <utility>

#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/migrations/migrate.hpp"

namespace sagad::sqlite {

node_session::node_session(const std::string& path, const node_options& options, moment now)
    : connection_(open_current(path)), lease_(connection_.path(), options.name), options_(options),
      ledger_(connection_, numbers_, options.initial_credit), data_version_(connection_, "PRAGMA data_version"),
      epoch_(start(now)) {
  seen_version_ = data_version_.integer().value_or(0);
}

std::uint64_t node_session::start(moment now) {
  transaction t{connection_, transaction::intent::writing};
  const std::uint64_t epoch = nodes_.add(options_, now);
  sagas_.release_all_but(epoch);
  t.commit();
  return epoch;
}

/// Runs `body` in a transaction that only the node with the lease can commit.
template <class Body>
auto node_session::write(Body&& body) -> store_result<decltype(body())> {
  auto result = guarded(connection_.path(), [&] {
    transaction t{connection_, transaction::intent::writing};
    nodes_.require_lease(epoch_);
    auto made = body();
    t.commit();
    return made;
  });
  if (!result)
    numbers_.forget_driven();
  return result;
}

store_result<batch_result> node_session::commit(const batch& work, moment now) {
  return write([&] { return carry_out(work, now); });
}

batch_result node_session::carry_out(const batch& work, moment now) {
  batch_result result;
  accept(work.submissions, now, result);
  result.answers.reserve(work.commands.size());
  for (const ledger_command& asked : work.commands)
    result.answers.push_back(ledger_.answer(asked));
  std::unordered_set<saga_id> recorded;
  for (const saga_update& u : work.updates)
    if (record(u, now, result))
      recorded.insert(u.after.id);
    else
      result.refused.push_back(u.after.id);
  for (const recorded_outcome& o : outcomes_to_record(work, [&](const saga_id& id) { return recorded.contains(id); }))
    repairs_.record(o, now);
  for (const publication& p : work.publications)
    outbox_.note_published(p, now);
  for (const dead_letter& d : work.dead_letters)
    letters_.keep(d);
  return result;
}

void node_session::accept(const std::vector<checkout::submission>& submissions, moment now, batch_result& result) {
  const checkout::acceptance_terms terms{
      .faults_allowed = options_.allow_faults, .owner = epoch_, .begins = options_.begins};
  result.acceptances.reserve(submissions.size());
  for (const checkout::submission& s : submissions) {
    checkout::accepted decided = orders_.accept(s, terms, now);
    result.acceptances.push_back(std::move(decided.answer));
    if (!decided.begun)
      continue;
    if (options_.publishes) {
      outbox_.await_publication(decided.begun->now, now);
      result.to_publish.push_back(checkout::accepted_fact(decided.begun->now));
    }
    result.begun.push_back(*std::move(decided.begun));
  }
}

bool node_session::record(const saga_update& u, moment now, batch_result& result) {
  const auto number = sagas_.record(u, epoch_);
  if (!number)
    return false;
  bool first = true;
  for (const fact& f : u.facts) {
    if (!facts_.append(*number, f) || !options_.publishes)
      continue;
    if (std::exchange(first, false))
      outbox_.await_publication(*number, f.sequence, now);
    result.to_publish.push_back(f);
  }
  return true;
}

store_result<std::vector<stored_saga>> node_session::claim(std::size_t count_max, moment due) {
  // Asked often and mostly in vain: only a find is worth a transaction that writes.
  const auto found = guarded(connection_.path(), [&] { return sagas_.has_claimable(due); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<stored_saga>{};
  return write([&] {
    auto claimed = sagas_.claim(count_max, due, epoch_);
    if (options_.publishes)
      for (stored_saga& s : claimed)
        s.unpublished = outbox_.of(s.now.id);
    return claimed;
  });
}

store_result<std::optional<stored_saga>> node_session::load(const saga_id& id) {
  return guarded(connection_.path(), [&] { return sagas_.load(id); });
}

store_result<bool> node_session::changed_by_others() {
  return guarded(connection_.path(), [&] {
    const std::int64_t version = data_version_.integer().value_or(0);
    return std::exchange(seen_version_, version) != version;
  });
}

store_result<beat_answer> node_session::beat(const sign_of_life& sign) {
  auto answer = write([&] {
    if (sign.leaving)
      sagas_.release_all_of(epoch_);
    beat_answer told = nodes_.beat(epoch_, sign);
    told.rules = book_.rules();
    return told;
  });
  if (answer && sign.leaving)
    numbers_.forget_driven();
  return answer;
}

store_result<std::vector<fact>> node_session::claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) {
  if (!options_.publishes)
    return std::vector<fact>{};
  const auto found = guarded(connection_.path(), [&] { return outbox_.has_idle(idle_since); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<fact>{};
  return write([&] { return outbox_.claim(sagas_max, idle_since, now); });
}

store_result<std::vector<claimed_repair>> node_session::claim_repairs(std::size_t count_max, moment now) {
  const auto found = guarded(connection_.path(), [&] { return repairs_.has_claimable(epoch_, now); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<claimed_repair>{};
  return write([&] { return repairs_.claim(count_max, now, epoch_, options_.publishes); });
}

store_result<std::size_t> node_session::purge(moment discarded_before, std::size_t count_max) {
  const auto found = guarded(connection_.path(), [&] { return letters_.has_discarded(discarded_before); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::size_t{0};
  return write([&] { return letters_.purge(discarded_before, count_max); });
}

} // namespace sagad::sqlite

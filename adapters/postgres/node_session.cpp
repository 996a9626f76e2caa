#include "adapters/postgres/node_session.hpp"

#include <algorithm>
#include <utility>

#include "workflows/checkout/acceptance.hpp"

namespace sagad::postgres {

node_session::node_session(conninfo where, hears what, const node_options& options, std::uint64_t epoch,
                           steady_fn elapsed)
    : connection_(std::move(where), what), options_(options), epoch_(epoch), elapsed_(std::move(elapsed)),
      ledger_(connection_, options.initial_credit) {}

store_result<batch_result> node_session::commit(const batch& work, moment now) {
  return transactions_.write("committing a batch",
                             [&](pqxx::transaction_base& t, int tries) { return carry_out(t, work, now, tries > 0); });
}

/// Submissions, progress and publications touch none of the ledgers' rows: they go first, so that wallets and shelves
/// are changed, and thereby locked, as shortly before the commit as can be.
batch_result node_session::carry_out(pqxx::transaction_base& t, const batch& work, moment now, bool lost_before) {
  batch_result result;
  auto decided = orders_.accept(
      t, work.submissions, {.faults_allowed = options_.allow_faults, .owner = epoch_, .begins = options_.begins}, now);
  result.acceptances = std::move(decided.answers);
  result.begun = std::move(decided.begun);
  auto happened = record(t, work, result, lost_before, now);
  if (options_.publishes) {
    facts_.await_publication(t, happened, now);
    result.to_publish = std::move(happened);
  }
  facts_.note_published(t, work.publications, epoch_, now);
  letters_.keep(t, work.dead_letters);
  result.answers = ledger_.carry_out(t, work.commands, lost_before);
  return result;
}

/// Records the progress, save what is refused, and what became of repairs; returns the facts that are new. In the order
/// of their sagas, like everything that two sessions could write at once.
std::vector<fact> node_session::record(pqxx::transaction_base& t, const batch& work, batch_result& result,
                                       bool lost_before, moment now) {
  std::vector<const saga_update*> updates;
  updates.reserve(work.updates.size());
  for (const saga_update& u : work.updates)
    updates.push_back(&u);
  std::sort(updates.begin(), updates.end(),
            [](const saga_update* a, const saga_update* b) { return a->after.id < b->after.id; });
  const auto recorded = sagas_.record(t, updates, epoch_);
  repairs_.record(t, outcomes_to_record(work, [&](const saga_id& id) { return recorded.contains(id.value); }), now);
  std::vector<fact> happened;
  happened.reserve(result.begun.size() + 2 * updates.size());
  for (const stored_saga& s : result.begun)
    happened.push_back(checkout::accepted_fact(s.now));
  for (const saga_update* u : updates)
    if (recorded.contains(u->after.id.value))
      happened.insert(happened.end(), u->facts.begin(), u->facts.end());
    else
      result.refused.push_back(u->after.id);
  return facts_.append(t, std::move(happened), lost_before);
}

store_result<std::vector<stored_saga>> node_session::claim(std::size_t count_max, moment due) {
  // Asked often and mostly in vain: only a find is worth a transaction that writes.
  const auto found = transactions_.ask("looking for orders that are due",
                                       [&](pqxx::transaction_base& t) { return sagas_.has_claimable(t, due); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<stored_saga>{};
  return transactions_.write("claiming orders", [&](pqxx::transaction_base& t, int) {
    auto claimed = sagas_.claim(t, count_max, due, epoch_);
    if (options_.publishes)
      facts_.fill_in_unpublished(t, claimed);
    return claimed;
  });
}

store_result<std::optional<stored_saga>> node_session::load(const saga_id& id) {
  return transactions_.ask("loading an order", [&](pqxx::transaction_base& t) { return sagas_.load(t, id); });
}

store_result<bool> node_session::changed_by_others() {
  auto news = guarded(connection_.name(), "listening for news", [&] { return connection_.has_news(); });
  connection_.drop_if_broken();
  return news;
}

store_result<beat_answer> node_session::beat(const sign_of_life& sign) {
  if (sign.leaving)
    return leave(sign);
  std::vector<life_watch::node> others;
  auto answer = transactions_.ask("giving a sign of life", [&](pqxx::transaction_base& t) {
    const auto told = nodes_.beat(t, epoch_, sign);
    if (!told)
      transactions_.require_right_to_write(t);
    others = nodes_.alive_but(t, epoch_);
    return beat_answer{.drain_wanted = told && told->drain_wanted, .rules = book_.rules(t)};
  });
  if (!answer)
    return answer;
  const auto silent = watch_.look(others, elapsed_());
  answer->fence_problem = fence_silent(silent, sign.at);
  return answer;
}

/// Not more than an attempt: whoever could not be fenced now is so at the next beat, by this node or by another. Tells
/// why the last one could not be.
std::string node_session::fence_silent(const std::vector<life_watch::node>& silent, moment now) {
  std::string problem;
  for (const life_watch::node& n : silent) {
    const auto attempted = transactions_.write("fencing a silent node", [&](auto& t, int) {
      const bool fenced = nodes_.fence(t, n, epoch_, now);
      if (fenced)
        nodes_.tell_others(t);
      return fenced;
    });
    if (!attempted)
      problem = "epoch " + std::to_string(n.epoch) + ": " + attempted.error().detail;
  }
  return problem;
}

/// Saying it twice is as good as once: a lost answer is no reason to look for it.
store_result<beat_answer> node_session::leave(const sign_of_life& sign) {
  auto done = guarded(connection_.name(), "saying goodbye", [&] {
    pqxx::work t{connection_.up()};
    const auto told = nodes_.leave(t, epoch_, sign);
    if (!told)
      transactions_.require_right_to_write(t);
    nodes_.tell_others(t);
    t.commit();
    return told.value_or(beat_answer{});
  });
  connection_.drop_if_broken();
  return done;
}

store_result<std::vector<fact>> node_session::claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) {
  if (!options_.publishes)
    return std::vector<fact>{};
  const auto found = transactions_.ask("looking for facts to publish",
                                       [&](pqxx::transaction_base& t) { return facts_.has_idle(t, idle_since); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<fact>{};
  return transactions_.write("claiming facts to publish", [&](pqxx::transaction_base& t, int) {
    return facts_.claim(t, sagas_max, idle_since, now);
  });
}

store_result<std::vector<claimed_repair>> node_session::claim_repairs(std::size_t count_max, moment now) {
  const auto found = transactions_.ask(
      "looking for repairs", [&](pqxx::transaction_base& t) { return repairs_.has_claimable(t, epoch_, now); });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::vector<claimed_repair>{};
  return transactions_.write("claiming repairs", [&](pqxx::transaction_base& t, int) {
    auto handed = repairs_.claim(t, count_max, now, epoch_);
    if (options_.publishes)
      fill_in_unpublished(t, handed);
    return std::move(handed.what);
  });
}

/// Of what was taken: what this node drove before, it has.
void node_session::fill_in_unpublished(pqxx::transaction_base& t, repair_queue::handed& handed) {
  std::vector<stored_saga> taken;
  for (std::size_t i = 0; i < handed.what.size(); ++i)
    if (handed.is_taken[i])
      taken.push_back(std::move(handed.what[i].saga));
  facts_.fill_in_unpublished(t, taken);
  auto next = taken.begin();
  for (std::size_t i = 0; i < handed.what.size(); ++i)
    if (handed.is_taken[i])
      handed.what[i].saga = std::move(*next++);
}

store_result<std::size_t> node_session::purge(moment discarded_before, std::size_t count_max) {
  const auto found = transactions_.ask("looking for discarded letters", [&](pqxx::transaction_base& t) {
    return letters_.has_discarded(t, discarded_before);
  });
  if (!found)
    return tl::unexpected{found.error()};
  if (!*found)
    return std::size_t{0};
  return transactions_.write("deleting discarded letters", [&](pqxx::transaction_base& t, int) {
    return letters_.purge(t, discarded_before, count_max);
  });
}

} // namespace sagad::postgres

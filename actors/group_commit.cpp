#include "actors/group_commit.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace sagad::actors {

namespace {

submitted try_again(order_id order) {
  acceptance a;
  a.order = std::move(order);
  a.error = refusal{.code = std::string{codes::store_unavailable},
                    .field = {},
                    .message = "the order could not be stored; submit it again with the same order_id"};
  return {.answer = std::move(a), .begun = {}};
}

/// Where nothing was done, the attempt counts for nothing.
ledger_answer not_carried_out(const store_error& why) {
  const bool for_certain = why.what != store_error::kind::in_doubt;
  return {.outcome = for_certain ? reply_outcome::undelivered : reply_outcome::failed,
          .code = std::string{codes::store_unavailable},
          .detail = why.detail,
          .result = {}};
}

/// Puts what could not be written before what came since.
template <class T>
void put_before(std::vector<T>& newer, std::vector<T>& older) {
  newer.insert(newer.begin(), std::make_move_iterator(older.begin()), std::make_move_iterator(older.end()));
}

} // namespace

void transaction::answer(batch_result& result) {
  auto begun = std::make_move_iterator(result.begun.begin());
  for (std::size_t i = 0; i < submitters.size(); ++i) {
    acceptance& a = result.acceptances[i];
    const bool is_new = a.accepted && !a.duplicate;
    submitted s{.answer = std::move(a), .begun = {}};
    if (is_new)
      s.begun = *begun++;
    submitters[i].deliver(std::move(s));
  }
  for (std::size_t i = 0; i < askers.size(); ++i)
    askers[i].deliver(std::move(result.answers[i]));
  // Before the updates: an order that may leave memory with one must have heard that its repair is settled.
  for (auto& each : unchanged)
    each.waiting.deliver(recorded_durably{});
  const std::unordered_set<saga_id> refused{result.refused.begin(), result.refused.end()};
  for (std::size_t i = 0; i < updates.size(); ++i)
    for (auto& waiting : updates[i].waiting)
      waiting.deliver(recorded_durably{.is_ours = !refused.contains(work.updates[i].after.id)});
  for (auto& each : letters)
    each.waiting.deliver(recorded_durably{});
}

durable_facts transaction::facts_of(batch_result& result) const {
  durable_facts told{.facts = std::move(result.to_publish), .gone = {}};
  for (const saga_update& u : work.updates)
    if (u.rests || has_ended(u.after))
      told.gone.push_back(u.after.id);
  told.gone.insert(told.gone.end(), result.refused.begin(), result.refused.end());
  return told;
}

void group_commit::add(checkout::submission asked, caf::typed_response_promise<submitted> submitter) {
  submissions_.push_back(std::move(asked));
  submitters_.push_back(std::move(submitter));
}

void group_commit::add(ledger_command asked, caf::typed_response_promise<ledger_answer> asker) {
  commands_.push_back(std::move(asked));
  askers_.push_back(std::move(asker));
}

pending_update& group_commit::add(saga_update update) {
  const auto [entry, is_new] = updates_.try_emplace(update.after.id);
  pending_update& pending = entry->second;
  if (is_new) {
    pending.update = std::move(update);
    return pending;
  }
  pending.update.after = std::move(update.after);
  pending.update.rests = update.rests;
  pending.update.facts.insert(pending.update.facts.end(), std::make_move_iterator(update.facts.begin()),
                              std::make_move_iterator(update.facts.end()));
  return pending;
}

void group_commit::add(repaired r, durable_promise waiting) {
  if (!r.update) {
    unchanged_.push_back({.what = std::move(r.outcome), .waiting = std::move(waiting)});
    return;
  }
  pending_update& pending = add(std::move(*r.update));
  pending.repairs.push_back(std::move(r.outcome));
  pending.waiting.push_back(std::move(waiting));
}

void group_commit::add(const publication& published, instant now) {
  if (publications_.empty())
    published_since_ = now;
  std::uint64_t& up_to = publications_[published.saga];
  up_to = std::max(up_to, published.up_to);
}

transaction group_commit::take() {
  transaction t;
  t.work.submissions = std::exchange(submissions_, {});
  t.work.commands = std::exchange(commands_, {});
  t.submitters = std::exchange(submitters_, {});
  t.askers = std::exchange(askers_, {});
  for (auto& [id, pending] : updates_) {
    t.work.updates.push_back(std::move(pending.update));
    t.work.repair_outcomes.insert(t.work.repair_outcomes.end(), pending.repairs.begin(), pending.repairs.end());
    t.updates.push_back(std::move(pending));
  }
  updates_.clear();
  t.unchanged = std::exchange(unchanged_, {});
  for (const auto& each : t.unchanged)
    t.work.repair_outcomes.push_back(each.what);
  t.letters = std::exchange(dead_letters_, {});
  for (auto& each : t.letters)
    t.work.dead_letters.push_back(std::move(each.what));
  for (const auto& [id, up_to] : publications_)
    t.work.publications.push_back({.saga = id, .up_to = up_to});
  publications_.clear();
  return t;
}

void group_commit::put_back(transaction& failed, const store_error& why) {
  for (std::size_t i = 0; i < failed.submitters.size(); ++i)
    failed.submitters[i].deliver(try_again(std::move(failed.work.submissions[i].order)));
  for (auto& asker : failed.askers)
    asker.deliver(not_carried_out(why));
  for (std::size_t i = 0; i < failed.updates.size(); ++i) {
    failed.updates[i].update = std::move(failed.work.updates[i]);
    const saga_id id = failed.updates[i].update.after.id;
    updates_.emplace(id, std::move(failed.updates[i]));
  }
  for (publication& p : failed.work.publications)
    publications_.emplace(std::move(p.saga), p.up_to);
  for (std::size_t i = 0; i < failed.letters.size(); ++i)
    failed.letters[i].what = std::move(failed.work.dead_letters[i]);
  put_before(dead_letters_, failed.letters);
  put_before(unchanged_, failed.unchanged);
}

void group_commit::break_promises() {
  const auto break_it = [](durable_promise& waiting) {
    waiting.deliver(caf::make_error(caf::sec::request_receiver_down));
  };
  for (auto& [id, unwritten] : updates_)
    for (durable_promise& waiting : unwritten.waiting)
      break_it(waiting);
  for (auto& each : unchanged_)
    break_it(each.waiting);
  for (auto& each : dead_letters_)
    break_it(each.waiting);
}

} // namespace sagad::actors

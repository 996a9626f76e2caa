#include "adapters/memory/node_session.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "adapters/memory/ledger.hpp"
#include "adapters/memory/letters.hpp"
#include "adapters/memory/operations.hpp"
#include "adapters/memory/orders.hpp"
#include "adapters/memory/outbox.hpp"
#include "workflows/ports/ownership.hpp"

namespace sagad::memory {

node_session::node_session(std::shared_ptr<world> in, const node_options& options, moment now)
    : in_(std::move(in)), options_(options) {
  in_->nodes.push_back({.options = options, .started_at = now, .last_seen_at = now, .stopped_at = {}});
  if (std::none_of(in_->nodes.begin(), in_->nodes.end(), [](const node_row& n) { return n.options.publishes; }))
    forget_unpublished(*in_);
  epoch_ = in_->nodes.size();
  in_->lease_epoch = epoch_;
  in_->lease_is_held = true;
  release(*in_, [this](std::uint64_t owner) { return owner != epoch_; });
  writes_seen_ = ++in_->writes;
}

node_session::~node_session() {
  const std::lock_guard alone{in_->busy};
  if (in_->lease_epoch == epoch_)
    in_->lease_is_held = false;
}

store_result<void> node_session::may_write() const {
  if (in_->lease_epoch == epoch_)
    return {};
  return tl::unexpected{fenced_by(in_->lease_epoch, epoch_)};
}

void node_session::note_own_write() {
  ++in_->writes;
  ++writes_seen_;
}

store_result<batch_result> node_session::commit(const batch& work, moment now) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  for (const saga_update& u : work.updates)
    if (!in_->orders.contains(u.after.id))
      return tl::unexpected{never_begun(u.after.id)};
  note_own_write();
  return carry_out(work, now);
}

batch_result node_session::carry_out(const batch& work, moment now) {
  batch_result result;
  const checkout::acceptance_terms terms{
      .faults_allowed = options_.allow_faults, .owner = epoch_, .begins = options_.begins};
  result.acceptances.reserve(work.submissions.size());
  for (const checkout::submission& s : work.submissions) {
    checkout::accepted decided = accept(*in_, s, terms, now, random_);
    result.acceptances.push_back(std::move(decided.answer));
    if (!decided.begun)
      continue;
    announce(decided.begun->now.id, 1, now, result);
    result.begun.push_back(*std::move(decided.begun));
  }
  result.answers.reserve(work.commands.size());
  for (const ledger_command& asked : work.commands)
    result.answers.push_back(answer(in_->ledger, asked, options_.initial_credit));
  std::unordered_set<saga_id> recorded;
  for (const saga_update& u : work.updates)
    if (const auto fresh = record(*in_, u, epoch_)) {
      announce(u.after.id, *fresh, now, result);
      recorded.insert(u.after.id);
    } else {
      result.refused.push_back(u.after.id);
    }
  for (const recorded_outcome& o : outcomes_to_record(work, [&](const saga_id& id) { return recorded.contains(id); }))
    record(*in_, o, now);
  for (const publication& p : work.publications)
    note_published(*in_, p, now);
  for (const dead_letter& each : work.dead_letters)
    keep(*in_, each);
  return result;
}

void node_session::announce(const saga_id& id, std::size_t count, moment now, batch_result& result) {
  if (!options_.publishes || count == 0)
    return;
  order_row& o = in_->orders.at(id);
  const auto first = o.facts.end() - static_cast<std::ptrdiff_t>(count);
  await_publication(*in_, o, first->sequence, now);
  result.to_publish.insert(result.to_publish.end(), first, o.facts.end());
}

store_result<std::vector<stored_saga>> node_session::claim(std::size_t count_max, moment due) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  auto found = memory::claim(*in_, count_max, due, epoch_);
  if (!found.empty())
    note_own_write();
  if (options_.publishes)
    for (stored_saga& s : found)
      s.unpublished = unpublished_of(in_->orders.at(s.now.id), std::numeric_limits<std::size_t>::max());
  return found;
}

store_result<std::optional<stored_saga>> node_session::load(const saga_id& id) {
  const std::lock_guard alone{in_->busy};
  const auto known = in_->orders.find(id);
  if (known == in_->orders.end())
    return std::nullopt;
  return stored_saga{.now = known->second.now, .input = known->second.input};
}

store_result<bool> node_session::changed_by_others() {
  const std::lock_guard alone{in_->busy};
  return std::exchange(writes_seen_, in_->writes) != in_->writes;
}

store_result<beat_answer> node_session::beat(const sign_of_life& sign) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  note_own_write();
  node_row& self = in_->nodes.at(epoch_ - 1);
  self.last_seen_at = sign.at;
  self.broker = sign.broker;
  self.circuits = sign.circuits;
  if (sign.leaving) {
    self.stopped_at = sign.at;
    release(*in_, [this](std::uint64_t owner) { return owner == epoch_; });
  }
  beat_answer answer{.drain_wanted = self.drain_wanted};
  for (const auto& each : in_->desk.rules)
    answer.rules.push_back(each.second);
  return answer;
}

store_result<std::vector<fact>> node_session::claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  if (!options_.publishes)
    return std::vector<fact>{};
  auto found = memory::claim_unpublished(*in_, sagas_max, idle_since, now);
  if (!found.empty())
    note_own_write();
  return found;
}

store_result<std::vector<claimed_repair>> node_session::claim_repairs(std::size_t count_max, moment now) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  auto found = memory::claim_repairs(*in_, count_max, now, epoch_, options_.publishes);
  if (!found.empty())
    note_own_write();
  return found;
}

store_result<std::size_t> node_session::purge(moment discarded_before, std::size_t count_max) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  const std::size_t gone = memory::purge(*in_, discarded_before, count_max);
  if (gone > 0)
    note_own_write();
  return gone;
}

} // namespace sagad::memory

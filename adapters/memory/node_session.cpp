#include "adapters/memory/node_session.hpp"

#include "adapters/memory/ledger.hpp"
#include "adapters/memory/orders.hpp"

namespace sagad::memory {

node_session::node_session(std::shared_ptr<world> in, const node_options& options, moment now)
    : in_(std::move(in)), options_(options) {
  in_->nodes.push_back({.options = options, .started_at = now, .last_seen_at = now, .stopped_at = {}});
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
  return tl::unexpected{store_error{store_error::kind::fenced,
                                    "the store's lease went from epoch " + std::to_string(epoch_) + " to epoch " +
                                        std::to_string(in_->lease_epoch) + ": another node has taken over"}};
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
      return tl::unexpected{
          store_error{store_error::kind::corrupt, "saga " + u.after.id.value + " was never begun in this store"}};
  note_own_write();
  return carry_out(work, now);
}

batch_result node_session::carry_out(const batch& work, moment now) {
  batch_result result;
  const acceptance_terms terms{.faults_allowed = options_.allow_faults, .owner = epoch_, .begins = options_.begins};
  result.acceptances.reserve(work.submissions.size());
  for (const checkout::submission& s : work.submissions) {
    accepted decided = accept(*in_, s, terms, now, random_);
    result.acceptances.push_back(std::move(decided.answer));
    if (decided.begun)
      result.begun.push_back(*std::move(decided.begun));
  }
  result.answers.reserve(work.commands.size());
  for (const ledger_command& asked : work.commands)
    result.answers.push_back(answer(in_->ledger, asked, options_.initial_credit));
  for (const saga_update& u : work.updates)
    record(*in_, u, epoch_);
  in_->dead_letters.insert(in_->dead_letters.end(), work.dead_letters.begin(), work.dead_letters.end());
  return result;
}

store_result<std::vector<stored_saga>> node_session::claim(std::size_t count_max, moment due) {
  const std::lock_guard alone{in_->busy};
  if (const auto allowed = may_write(); !allowed)
    return tl::unexpected{allowed.error()};
  auto found = memory::claim(*in_, count_max, due, epoch_);
  if (!found.empty())
    note_own_write();
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

store_result<void> node_session::beat(moment now, bool leaving) {
  const std::lock_guard alone{in_->busy};
  if (auto allowed = may_write(); !allowed)
    return allowed;
  note_own_write();
  node_row& self = in_->nodes.at(epoch_ - 1);
  self.last_seen_at = now;
  if (leaving) {
    self.stopped_at = now;
    release(*in_, [this](std::uint64_t owner) { return owner == epoch_; });
  }
  return {};
}

} // namespace sagad::memory

#include "tools/sagachaos/struck_store.hpp"

namespace sagad::chaos {

namespace {

using enum store_error::kind;

/// What a dead process hears matters to nobody; that it stops, does.
tl::unexpected<store_error> dead() { return tl::unexpected{store_error{fenced, "this process is dead"}}; }
tl::unexpected<store_error> refusing() { return tl::unexpected{store_error{unavailable, "injected: out of order"}}; }
tl::unexpected<store_error> lost_answer() {
  return tl::unexpected{store_error{in_doubt, "injected: the answer to COMMIT got lost"}};
}

} // namespace

store_result<batch_result> struck_store::commit(const batch& work, moment now) {
  if (of_->is_dead)
    return dead();
  if (now < out_of_order_until_)
    return refusing();
  const auto hit = run_.reach(where_, [&] { return text_of(work); });
  if (hit == harm::crash_before) {
    of_->is_dead = true;
    return dead();
  }
  if (hit == harm::store_refuses) {
    out_of_order_until_ = now + outage;
    return refusing();
  }
  if (hit == harm::lease_lost)
    of_->lose_lease();
  auto result = carry_out(work, now);
  if (hit == harm::crash_after) {
    of_->is_dead = true;
    return dead();
  }
  if (hit == harm::store_in_doubt && result)
    return lost_answer();
  return result;
}

store_result<batch_result> struck_store::carry_out(const batch& work, moment now) {
  auto result = behind().commit(work, now);
  if (result)
    sees_.saw_commit(work, *result, *world_, of_->is_fenced);
  else
    run_.tell("node", [&] { return "the store did not commit: " + result.error().detail; });
  return result;
}

store_result<std::vector<stored_saga>> struck_store::claim(std::size_t count_max, moment due) {
  if (of_->is_dead)
    return dead();
  auto found = behind().claim(count_max, due);
  if (found && !found->empty() && of_->is_fenced)
    run_.break_promise(promise::one_writer, "an incarnation that had lost its lease claimed an order");
  return found;
}

store_result<std::vector<claimed_repair>> struck_store::claim_repairs(std::size_t count_max, moment now) {
  if (of_->is_dead)
    return dead();
  return behind().claim_repairs(count_max, now);
}

store_result<std::optional<stored_saga>> struck_store::load(const saga_id& id) {
  if (of_->is_dead)
    return dead();
  return behind().load(id);
}

store_result<bool> struck_store::changed_by_others() {
  if (of_->is_dead)
    return dead();
  return behind().changed_by_others();
}

store_result<beat_answer> struck_store::beat(const sign_of_life& sign) {
  if (of_->is_dead)
    return dead();
  return behind().beat(sign);
}

store_result<std::vector<fact>> struck_store::claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) {
  if (of_->is_dead)
    return dead();
  return behind().claim_unpublished(sagas_max, idle_since, now);
}

store_result<std::size_t> struck_store::purge(moment discarded_before, std::size_t count_max) {
  if (of_->is_dead)
    return dead();
  return behind().purge(discarded_before, count_max);
}

} // namespace sagad::chaos

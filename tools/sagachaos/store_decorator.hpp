#pragma once

#include <memory>
#include <utility>

#include "workflows/ports/store.hpp"

namespace sagad::chaos {

/// A store that passes every call on. Whoever stands between an engine and its store overrides what it is about.
class store_decorator : public store {
public:
  explicit store_decorator(std::shared_ptr<store> behind) : behind_(std::move(behind)) {}

  store_result<batch_result> commit(const batch& work, moment now) override { return behind_->commit(work, now); }
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override {
    return behind_->claim(count_max, due);
  }
  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override {
    return behind_->claim_repairs(count_max, now);
  }
  store_result<std::optional<stored_saga>> load(const saga_id& id) override { return behind_->load(id); }
  store_result<bool> changed_by_others() override { return behind_->changed_by_others(); }
  store_result<beat_answer> beat(const sign_of_life& sign) override { return behind_->beat(sign); }
  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override {
    return behind_->claim_unpublished(sagas_max, idle_since, now);
  }
  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override {
    return behind_->purge(discarded_before, count_max);
  }

protected:
  store& behind() { return *behind_; }

private:
  std::shared_ptr<store> behind_;
};

} // namespace sagad::chaos

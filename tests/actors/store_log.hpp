#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "workflows/ports/store.hpp"

namespace sagad::tests {

/// A store that keeps a list of the batches which it committed.
class store_log final : public store {
public:
  store_log(std::shared_ptr<store> behind, std::shared_ptr<std::vector<batch>> committed)
      : behind_(std::move(behind)), committed_(std::move(committed)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind_->commit(work, now);
    if (result)
      committed_->push_back(work);
    return result;
  }
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override {
    return behind_->claim(count_max, due);
  }
  store_result<std::optional<stored_saga>> load(const saga_id& id) override { return behind_->load(id); }
  store_result<bool> changed_by_others() override { return behind_->changed_by_others(); }
  store_result<void> beat(moment now, bool leaving) override { return behind_->beat(now, leaving); }

private:
  std::shared_ptr<store> behind_;
  std::shared_ptr<std::vector<batch>> committed_;
};

} // namespace sagad::tests

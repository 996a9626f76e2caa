#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>

#include "adapters/memory/world.hpp"

namespace sagad::memory {

/// A node's session: its incarnation begins with the object and holds the world's lease as long.
class node_session final : public store {
public:
  /// The caller has locked the world and found its lease free.
  node_session(std::shared_ptr<world> in, const node_options& options, moment now);
  ~node_session() override;
  node_session(const node_session&) = delete;
  node_session& operator=(const node_session&) = delete;

  store_result<batch_result> commit(const batch& work, moment now) override;
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override;
  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override;
  store_result<std::optional<stored_saga>> load(const saga_id& id) override;
  store_result<bool> changed_by_others() override;
  store_result<beat_answer> beat(const sign_of_life& sign) override;
  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override;
  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override;

private:
  store_result<void> may_write() const;
  batch_result carry_out(const batch& work, moment now);
  /// The order's last `count` facts became durable.
  void announce(const saga_id& id, std::size_t count, moment now, batch_result& result);
  void note_own_write();

  std::shared_ptr<world> in_;
  node_options options_;
  std::uint64_t epoch_ = 0;
  /// What others have not written since it was last asked.
  std::uint64_t writes_seen_ = 0;
  std::mt19937_64 random_{std::random_device{}()};
};

} // namespace sagad::memory

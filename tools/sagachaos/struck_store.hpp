#pragma once

#include <memory>
#include <utility>

#include "tools/sagachaos/incarnation.hpp"
#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/store_decorator.hpp"
#include "tools/sagachaos/witness.hpp"

namespace sagad::chaos {

/// How long a store that refuses is out of order.
inline constexpr milliseconds outage{400};

/// The store of one incarnation: dies with it, is struck at its commits, and shows each one to the witness.
class struck_store final : public store_decorator {
public:
  struck_store(std::shared_ptr<store> behind, std::shared_ptr<incarnation> of, place where,
               std::shared_ptr<memory::world> world, journey& run, witness& sees)
      : store_decorator(std::move(behind)), of_(std::move(of)), where_(where), world_(std::move(world)), run_(run),
        sees_(sees) {}

  store_result<batch_result> commit(const batch& work, moment now) override;
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override;
  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override;
  store_result<std::optional<stored_saga>> load(const saga_id& id) override;
  store_result<bool> changed_by_others() override;
  store_result<beat_answer> beat(const sign_of_life& sign) override;
  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override;
  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override;

private:
  store_result<batch_result> carry_out(const batch& work, moment now);

  std::shared_ptr<incarnation> of_;
  place where_;
  std::shared_ptr<memory::world> world_;
  journey& run_;
  witness& sees_;
  moment out_of_order_until_{};
};

} // namespace sagad::chaos

#include "tests/chaos/planted_store_bugs.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "adapters/memory/world.hpp"
#include "tools/sagachaos/store_decorator.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad::tests {

namespace {

using chaos::go_between;
using chaos::site;
using chaos::store_decorator;

/// A go-between that stands where the harness takes it for the store.
template <class Bug, class... Shared>
go_between as_store(Shared... shared) {
  go_between g;
  g.behind_harness = [=](std::shared_ptr<store> behind, const site& at) -> std::shared_ptr<store> {
    return std::make_shared<Bug>(std::move(behind), at, shared...);
  };
  return g;
}

/// One that the harness takes for the engine.
template <class Bug>
go_between as_engine() {
  go_between g;
  g.before_harness = [](std::shared_ptr<store> behind, const site& at) -> std::shared_ptr<store> {
    return std::make_shared<Bug>(std::move(behind), at);
  };
  return g;
}

using keys = std::set<std::string>;

// --- the ledger ----------------------------------------------------------------------------------------------

class forgetful_payment final : public store_decorator {
public:
  forgetful_payment(std::shared_ptr<store> behind, const site&, std::shared_ptr<keys> charged)
      : store_decorator(std::move(behind)), charged_(std::move(charged)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    batch changed = work;
    for (ledger_command& c : changed.commands)
      if (c.what == action::perform && std::holds_alternative<charge>(c.on) &&
          !charged_->insert(c.idempotency_key).second)
        c.idempotency_key += "-again";
    return behind().commit(changed, now);
  }

private:
  std::shared_ptr<keys> charged_;
};

class without_tombstones final : public store_decorator {
public:
  without_tombstones(std::shared_ptr<store> behind, const site& at)
      : store_decorator(std::move(behind)), world_(at.world) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    batch changed = work;
    // What would leave a tombstone becomes a question that leaves nothing.
    std::vector<std::size_t> unheard_of;
    for (std::size_t i = 0; i < changed.commands.size(); ++i) {
      ledger_command& c = changed.commands[i];
      if (c.what != action::undo || world_->ledger.inbox.contains(c.idempotency_key))
        continue;
      c.what = action::probe;
      unheard_of.push_back(i);
    }
    auto result = behind().commit(changed, now);
    if (result)
      for (const std::size_t i : unheard_of)
        result->answers[i] = done();
    return result;
  }

private:
  std::shared_ptr<memory::world> world_;
};

class generous_refund final : public store_decorator {
public:
  generous_refund(std::shared_ptr<store> behind, const site& at)
      : store_decorator(std::move(behind)), world_(at.world) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    keys again;
    for (const ledger_command& c : work.commands)
      if (const auto known = world_->ledger.charges.find(c.idempotency_key);
          c.what == action::undo && known != world_->ledger.charges.end() && known->second.undone)
        again.insert(c.idempotency_key);
    auto result = behind().commit(work, now);
    if (result)
      for (const std::string& key : again) {
        const memory::charge_row& paid = world_->ledger.charges.at(key);
        world_->ledger.wallets.at(paid.customer).balance += paid.amount;
      }
    return result;
  }

private:
  std::shared_ptr<memory::world> world_;
};

class pliant_pivot final : public store_decorator {
public:
  pliant_pivot(std::shared_ptr<store> behind, const site&) : store_decorator(std::move(behind)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind().commit(work, now);
    if (result)
      for (ledger_answer& a : result->answers)
        if (a.code == codes::past_pivot)
          a = done();
    return result;
  }
};

// --- the journal ---------------------------------------------------------------------------------------------

class fenceless final : public store_decorator {
public:
  fenceless(std::shared_ptr<store> behind, const site& at)
      : store_decorator(std::move(behind)), world_(at.world), epoch_(at.world->lease_epoch) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    const std::uint64_t newest = std::exchange(world_->lease_epoch, epoch_);
    auto result = behind().commit(work, now);
    world_->lease_epoch = newest;
    return result;
  }

private:
  std::shared_ptr<memory::world> world_;
  std::uint64_t epoch_;
};

/// Its write-back cache is lost when the process dies.
class hasty_acceptance final : public store_decorator {
public:
  hasty_acceptance(std::shared_ptr<store> behind, const site& at) : store_decorator(std::move(behind)), at_(at) {}
  ~hasty_acceptance() override {
    if (at_.clock() < written_back_at_)
      for (const saga_id& each : in_cache_)
        forget(each);
  }
  hasty_acceptance(const hasty_acceptance&) = delete;
  hasty_acceptance& operator=(const hasty_acceptance&) = delete;

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind().commit(work, now);
    if (result && !result->begun.empty()) {
      written_back_at_ = now + milliseconds{100};
      in_cache_.clear();
      for (const stored_saga& each : result->begun)
        in_cache_.push_back(each.now.id);
    }
    return result;
  }

private:
  void forget(const saga_id& id) {
    memory::world& w = *at_.world;
    const auto known = w.orders.find(id);
    if (known == w.orders.end() || w.by_number.back() != &known->second)
      return;
    const auto is_its = [n = known->second.number](const auto& entry) { return entry.second == n; };
    std::erase_if(w.claimable, is_its);
    std::erase_if(w.unpublished, is_its);
    w.by_number.pop_back();
    w.orders.erase(known);
  }

  site at_;
  moment written_back_at_{};
  std::vector<saga_id> in_cache_;
};

class hasty_turn final : public store_decorator {
public:
  hasty_turn(std::shared_ptr<store> behind, const site&) : store_decorator(std::move(behind)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    batch changed = work;
    changed.updates.clear();
    for (const saga_update& u : work.updates) {
      saga_update whole = with_what_is_in_cache(u);
      const bool turns = u.after.state == saga_state::compensating && !turned_.contains(u.after.id.value);
      if (turns) {
        turned_.insert(u.after.id.value);
        in_cache_.emplace(u.after.id.value, std::move(whole));
      } else {
        changed.updates.push_back(std::move(whole));
      }
    }
    return changed.empty() ? store_result<batch_result>{batch_result{}} : behind().commit(changed, now);
  }

private:
  saga_update with_what_is_in_cache(const saga_update& u) {
    saga_update whole = u;
    if (auto before = in_cache_.extract(u.after.id.value)) {
      whole.facts = std::move(before.mapped().facts);
      whole.facts.insert(whole.facts.end(), u.facts.begin(), u.facts.end());
    }
    return whole;
  }

  keys turned_;
  std::map<std::string, saga_update> in_cache_;
};

/// `starts` counts them; from the first one after zero on, nothing is handed out.
class sweepless final : public store_decorator {
public:
  sweepless(std::shared_ptr<store> behind, const site& at, std::shared_ptr<int> starts)
      : store_decorator(std::move(behind)), sweeps_(!at.orchestrates || (*starts)++ <= 0) {}

  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override {
    return sweeps_ ? behind().claim(count_max, due) : std::vector<stored_saga>{};
  }

private:
  bool sweeps_;
};

class overconfident final : public store_decorator {
public:
  overconfident(std::shared_ptr<store> behind, const site&) : store_decorator(std::move(behind)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind().commit(work, now);
    if (!result && result.error().what == store_error::kind::in_doubt)
      return tl::unexpected{store_error{store_error::kind::unavailable, "it must have failed"}};
    return result;
  }
};

} // namespace

go_between no_memory_of_charges() { return as_store<forgetful_payment>(std::make_shared<keys>()); }
go_between no_tombstones() { return as_store<without_tombstones>(); }
go_between no_fence() { return as_store<fenceless>(); }
go_between accepted_before_durable() { return as_store<hasty_acceptance>(); }
go_between turned_before_durable() { return as_engine<hasty_turn>(); }
go_between no_sweep_after_a_restart() { return as_store<sweepless>(std::make_shared<int>(0)); }
go_between no_sweep_after_two_restarts() { return as_store<sweepless>(std::make_shared<int>(-1)); }
go_between refunds_every_time() { return as_store<generous_refund>(); }
go_between pivot_withdrawn_after_all() { return as_store<pliant_pivot>(); }
go_between lost_commit_taken_for_failed() { return as_engine<overconfident>(); }

} // namespace sagad::tests

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <utility>

#include "workflows/ports/store.hpp"

namespace sagad::tests {

enum class store_call : std::uint8_t {
  commit,
  claim,
  load,
  changed_by_others,
  beat,
  claim_unpublished,
  claim_repairs,
  purge
};

/// What befalls a call.
enum class mishap : std::uint8_t {
  none,
  unavailable, // nothing is done
  answer_lost, // it is done, and the caller is told "in doubt"
  fenced       // nothing is done, now or ever after
};

/// Decides what befalls a call. `number` counts the calls of its kind: 1, 2, ...
using fate = std::function<mishap(store_call what, int number)>;

namespace fates {

inline fate good() {
  return [](store_call, int) { return mishap::none; };
}
inline fate always(mishap m) {
  return [m](store_call, int) { return m; };
}
inline fate at(store_call hit, int hit_number, mishap m) {
  return [=](store_call what, int number) { return what == hit && number == hit_number ? m : mishap::none; };
}
inline fate every(store_call hit, mishap m) {
  return [=](store_call what, int) { return what == hit ? m : mishap::none; };
}
/// One call in `one_in`, chosen by `seed`, fails or loses its answer.
inline fate now_and_then(std::uint64_t seed, unsigned one_in) {
  return [chance = std::mt19937_64{seed}, one_in](store_call, int) mutable {
    if (chance() % one_in != 0)
      return mishap::none;
    return chance() % 2 == 0 ? mishap::unavailable : mishap::answer_lost;
  };
}

} // namespace fates

/// What is to befall a store, and what has. Outlives it: a store dies with its engine.
class lot {
public:
  /// From now on this befalls the calls, counted anew.
  void meet(fate f) {
    fate_ = std::move(f);
    numbers_ = {};
  }
  /// How often a call of this kind was made since `meet`.
  int count(store_call what) const { return numbers_[static_cast<std::size_t>(what)]; }

  mishap next(store_call what) { return fate_(what, ++numbers_[static_cast<std::size_t>(what)]); }

  /// Calls that came after the store had said that it is fenced.
  int calls_after_fenced = 0;

private:
  fate fate_ = fates::good();
  std::array<int, 8> numbers_{};
};

/// A store that things happen to.
class faulty_store final : public store {
public:
  faulty_store(std::shared_ptr<store> behind, std::shared_ptr<lot> befalls)
      : behind_(std::move(behind)), befalls_(std::move(befalls)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    const mishap m = next(store_call::commit);
    if (is_refused(m))
      return error(m);
    auto result = behind_->commit(work, now);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override {
    const mishap m = next(store_call::claim);
    if (is_refused(m))
      return error(m);
    auto result = behind_->claim(count_max, due);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

  store_result<std::optional<stored_saga>> load(const saga_id& id) override {
    const mishap m = next(store_call::load);
    if (m != mishap::none)
      return error(m);
    return behind_->load(id);
  }

  store_result<bool> changed_by_others() override {
    const mishap m = next(store_call::changed_by_others);
    if (m != mishap::none)
      return error(m);
    return behind_->changed_by_others();
  }

  store_result<beat_answer> beat(const sign_of_life& sign) override {
    const mishap m = next(store_call::beat);
    if (is_refused(m))
      return error(m);
    auto result = behind_->beat(sign);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

  store_result<std::vector<fact>> claim_unpublished(std::size_t sagas_max, moment idle_since, moment now) override {
    const mishap m = next(store_call::claim_unpublished);
    if (is_refused(m))
      return error(m);
    auto result = behind_->claim_unpublished(sagas_max, idle_since, now);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

  store_result<std::vector<claimed_repair>> claim_repairs(std::size_t count_max, moment now) override {
    const mishap m = next(store_call::claim_repairs);
    if (is_refused(m))
      return error(m);
    auto result = behind_->claim_repairs(count_max, now);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

  store_result<std::size_t> purge(moment discarded_before, std::size_t count_max) override {
    const mishap m = next(store_call::purge);
    if (is_refused(m))
      return error(m);
    auto result = behind_->purge(discarded_before, count_max);
    if (m != mishap::answer_lost || !result)
      return result;
    return error(m);
  }

private:
  static bool is_refused(mishap m) { return m == mishap::unavailable || m == mishap::fenced; }

  static tl::unexpected<store_error> error(mishap m) {
    using enum store_error::kind;
    if (m == mishap::fenced)
      return tl::unexpected{store_error{fenced, "injected: another node owns the store"}};
    if (m == mishap::answer_lost)
      return tl::unexpected{store_error{in_doubt, "injected: the answer got lost"}};
    return tl::unexpected{store_error{unavailable, "injected: out of order"}};
  }

  mishap next(store_call what) {
    if (fenced_) {
      ++befalls_->calls_after_fenced;
      return mishap::fenced;
    }
    const mishap m = befalls_->next(what);
    fenced_ = m == mishap::fenced;
    return m;
  }

  std::shared_ptr<store> behind_;
  std::shared_ptr<lot> befalls_;
  bool fenced_ = false;
};

} // namespace sagad::tests

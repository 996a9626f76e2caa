#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/sagachaos/store_decorator.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::tests {

/// A batch that was committed, and the sagas that began with it.
struct committed_batch : batch {
  std::vector<saga> begun;
};
using batch_list = std::vector<committed_batch>;

/// The keys of the commands that became durable before the record of the question that they answer. There must be
/// none: a crash would leave an effect that its order does not know of.
inline std::vector<std::string> effects_ahead_of_their_record(const batch_list& log) {
  std::vector<std::string> ahead;
  std::set<std::string> asked;
  const auto take_note = [&](const saga& s) {
    for (const step_record& step : s.steps)
      if (step.state != step_state::pending)
        asked.insert(idempotency_key(s.id, step.name));
  };
  for (const committed_batch& each : log) {
    std::for_each(each.begun.begin(), each.begun.end(), take_note);
    for (const saga_update& u : each.updates)
      take_note(u.after);
    for (const ledger_command& c : each.commands)
      if (asked.count(c.idempotency_key) == 0)
        ahead.push_back(c.idempotency_key);
  }
  return ahead;
}

/// The orders of which a record tells two stories at once: its facts do not follow one another, or do not lead to
/// where it says that it stands.
inline std::vector<std::string> muddled_records(const batch_list& log) {
  std::vector<std::string> muddled;
  for (const batch& each : log)
    for (const saga_update& u : each.updates) {
      std::uint64_t next = u.after.sequence - u.facts.size();
      if (!std::all_of(u.facts.begin(), u.facts.end(), [&](const fact& f) { return f.sequence == ++next; }))
        muddled.push_back(u.after.order.value);
    }
  return muddled;
}

/// A store that keeps a list of the batches which it committed.
class store_log final : public chaos::store_decorator {
public:
  store_log(std::shared_ptr<store> behind, std::shared_ptr<batch_list> committed)
      : store_decorator(std::move(behind)), committed_(std::move(committed)) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind().commit(work, now);
    if (result) {
      committed_->push_back({work, {}});
      for (const stored_saga& s : result->begun)
        committed_->back().begun.push_back(s.now);
    }
    return result;
  }

private:
  std::shared_ptr<batch_list> committed_;
};

} // namespace sagad::tests

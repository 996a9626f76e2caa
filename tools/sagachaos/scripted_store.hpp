#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "tools/sagachaos/scenario.hpp"
#include "tools/sagachaos/store_decorator.hpp"
#include "tools/sagachaos/subject.hpp"

namespace sagad::chaos {

/// Gives each order what its scenario says: what it starts with, and its instructions to fail.
class scripted_store final : public store_decorator {
public:
  scripted_store(std::shared_ptr<store> behind, const subject& of, const scenario& tells)
      : store_decorator(std::move(behind)), of_(of), tells_(tells) {}

  store_result<batch_result> commit(const batch& work, moment now) override {
    auto result = behind().commit(work, now);
    if (result)
      for (stored_saga& each : result->begun)
        script(each);
    return result;
  }
  store_result<std::vector<stored_saga>> claim(std::size_t count_max, moment due) override {
    auto found = behind().claim(count_max, due);
    if (found)
      for (stored_saga& each : *found)
        script(each);
    return found;
  }
  store_result<std::optional<stored_saga>> load(const saga_id& id) override {
    auto found = behind().load(id);
    if (found && *found)
      script(**found);
    return found;
  }

private:
  static json as_in_a_submission(const std::vector<fault>& faults) {
    checkout::submission s;
    s.faults = faults;
    return json::parse(checkout::canonical_text(s)).at("faults");
  }

  void script(stored_saga& s) const {
    for (const scripted_order& o : tells_.orders) {
      if (o.id != s.now.order)
        continue;
      if (of_.input)
        s.input = of_.input(o.id, o.customer);
      if (!o.faults.empty())
        s.input["faults"] = as_in_a_submission(o.faults);
    }
  }

  const subject& of_;
  const scenario& tells_;
};

} // namespace sagad::chaos

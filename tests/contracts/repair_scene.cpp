#include "tests/contracts/repair_scene.hpp"

#include <algorithm>

#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

void repair_scene::hold(const std::vector<std::string>& orders) {
  for (const std::string& id : orders) {
    s.submit(order_of(id, {line("token", 1)}));
    event e;
    e.what = event::kind::hold;
    e.at = s.now;
    e.reason = "to be looked at";
    transition t = advance(checkout::checkout_saga, s.standing(id), e);
    s.record({.after = std::move(t.after), .facts = std::move(t.facts), .rests = true});
  }
}

operation repair_scene::plan(const std::vector<std::string>& orders, std::size_t release, operator_action what) {
  std::vector<repair_target> set;
  for (const std::string& id : orders)
    set.push_back({.order = order_id{id}, .saga = saga_id{id}, .sequence = s.standing(id).sequence});
  operation_request asked;
  asked.wanted = {.what = what, .who = "mia", .why = "the bank is back"};
  return must(s.office().plan_operation(asked, set, release, terminal, s.now));
}

std::vector<std::string> repair_scene::claim(std::size_t count_max) {
  std::vector<std::string> orders;
  for (const claimed_repair& r : must(s.node().claim_repairs(count_max, s.now)))
    orders.push_back(r.saga.now.order.value);
  return orders;
}

batch repair_scene::applying(const std::string& operation, const std::string& order, operator_action what) {
  const operations::repair_request wanted{.what = what, .who = "mia", .why = "the bank is back"};
  transition t = advance(checkout::checkout_saga, s.standing(order), operations::event_of(wanted, s.now, 0.0));
  REQUIRE(t.what == verdict::moved);
  batch work;
  work.updates.push_back({.after = std::move(t.after), .facts = std::move(t.facts)});
  work.repair_outcomes.push_back({.operation = operation, .saga = saga_id{order}, .state = repair_state::applied});
  return work;
}

void repair_scene::give_up(const std::string& operation, const std::string& order, repair_state state) {
  batch work;
  work.repair_outcomes.push_back(
      {.operation = operation, .saga = saga_id{order}, .state = state, .because = "it is elsewhere"});
  must(s.node().commit(work, s.now));
}

repair repair_scene::one(const std::string& operation, const std::string& order) {
  const auto all = must(s.office().repairs(operation));
  const auto found = std::find_if(all.begin(), all.end(), [&](const repair& r) { return r.order.value == order; });
  REQUIRE(found != all.end());
  return *found;
}

void repair_scene::tell(const std::string& order, event e) {
  e.at = s.now;
  transition t = advance(checkout::checkout_saga, s.standing(order), e);
  s.record({.after = std::move(t.after), .facts = std::move(t.facts)});
}

} // namespace sagad::tests

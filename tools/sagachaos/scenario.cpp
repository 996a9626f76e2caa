#include "tools/sagachaos/scenario.hpp"

#include <algorithm>
#include <utility>

#include "workflows/messages.hpp"
#include "workflows/saga.hpp"

namespace sagad::chaos {

namespace {

using enum saga_state;
using ends = std::vector<scripted_order::end>;

const ends success{{.state = completed, .outcome = std::string{codes::success}}};

/// Slow enough to be cancelled meanwhile, quick enough to be in time.
constexpr milliseconds a_while{600};
constexpr milliseconds meanwhile{300};

scripted_order order_of(std::vector<fault> faults, ends may_end) {
  return {.id = order_id{"o-1"},
          .customer = customer_id{"alice"},
          .faults = std::move(faults),
          .may_end = std::move(may_end)};
}

scenario story(std::string name, std::vector<fault> faults, ends may_end) {
  return {.name = std::move(name), .orders = {order_of(std::move(faults), std::move(may_end))}};
}

fault refusing(std::string_view step, std::string code) {
  return {.step = std::string{step}, .kind = fault_kind::refuse, .code = std::move(code)};
}
fault stalling(std::string_view step, int times) {
  return {.step = std::string{step}, .kind = fault_kind::stall, .times = times, .delay = too_long};
}
fault killing(std::string_view step, int times) {
  return {.step = std::string{step}, .kind = fault_kind::kill, .times = times};
}

/// The scenarios of one definition, as they are written.
class writing {
public:
  explicit writing(const definition& d) : def_(d) {}

  std::vector<scenario> all() && {
    told_.push_back(story("succeeds", {}, success));
    for (const saga_step& step : def_.steps) {
      is_refused(step);
      times_out(step);
      if (step.has_undo())
        is_undone_with_trouble(step);
      if (step.has_undo())
        is_cancelled_during(step);
    }
    return std::move(told_);
  }

private:
  void add(std::string_view step, std::string_view what, std::vector<fault> faults, ends may_end) {
    told_.push_back(story(std::string{step} + '-' + std::string{what}, std::move(faults), std::move(may_end)));
  }

  std::string refusal_code() const { return def_.outcomes.empty() ? "NO_WAY" : std::string{def_.outcomes.back()}; }
  ends refused_end() const {
    return {{.state = rolled_back,
             .outcome = def_.outcomes.empty() ? std::string{codes::unknown} : std::string{def_.outcomes.back()}}};
  }

  void is_refused(const saga_step& step) {
    // After the pivot there is no way back: a person must look.
    const ends may_end = step.kind == step_kind::retriable ? ends{{.state = held}} : refused_end();
    add(step.name, "is-refused", {refusing(step.name, refusal_code())}, may_end);
  }

  void times_out(const saga_step& step) {
    const bool must_succeed = step.kind == step_kind::retriable;
    ends may_end = success;
    if (!must_succeed)
      may_end.push_back({.state = rolled_back, .outcome = std::string{codes::timeout}});
    if (step.kind == step_kind::pivot && !step.has_undo())
      may_end.push_back({.state = held});
    add(step.name, "times-out", {stalling(step.name, must_succeed ? 1 : attempts_max)}, std::move(may_end));
  }

  /// What turns the saga round, so that this step is undone: the last step that may be refused.
  std::vector<fault> turning_round(const saga_step& step) const {
    if (step.kind == step_kind::pivot) // undone only while it is in doubt
      return {stalling(step.name, attempts_max)};
    const saga_step* last = &def_.steps.front();
    for (const saga_step& each : def_.steps)
      if (each.kind != step_kind::retriable)
        last = &each;
    if (last == &step)
      return {stalling(step.name, attempts_max)};
    return {refusing(last->name, refusal_code())};
  }

  void is_undone_with_trouble(const saga_step& step) {
    const auto with = [&](fault harm) {
      auto faults = turning_round(step);
      faults.push_back(std::move(harm));
      return faults;
    };
    ends may_end = refused_end();
    if (turning_round(step).front().kind == fault_kind::stall)
      may_end = {success.front(), {.state = rolled_back, .outcome = std::string{codes::timeout}}};
    add(step.undo.name, "is-slow", with(stalling(step.undo.name, 1)), may_end);
    add(step.undo.name, "fails-at-first", with(killing(step.undo.name, 2)), may_end);
    if (&step == &def_.steps.front())
      add(step.undo.name, "is-exhausted", with(killing(step.undo.name, attempts_max + 2)), may_end);
  }

  void is_cancelled_during(const saga_step& step) {
    ends may_end{{.state = rolled_back, .outcome = std::string{codes::cancelled}}, success.front()};
    fault slow = stalling(step.name, 1);
    slow.delay = a_while;
    scenario s = story(std::string{step.name} + "-is-cancelled", {slow}, std::move(may_end));
    s.orders.front().cancelled_after = meanwhile;
    s.orders.front().is_cancelled_for_good = step.kind != step_kind::pivot;
    told_.push_back(std::move(s));
  }

  const definition& def_;
  std::vector<scenario> told_;
};

/// With prices and levels of the harness's shop: 50 a unit, 500 for a new customer.
void add_shop_stories(std::vector<scenario>& told) {
  scenario poor = story("too-little-money", {}, {{.state = rolled_back, .outcome = "INSUFFICIENT_FUND"}});
  poor.orders.front().units = 11;
  told.push_back(std::move(poor));

  scenario empty = story("empty-shelf", {}, {{.state = rolled_back, .outcome = "INSUFFICIENT_INVENTORY"}});
  empty.stock = 0;
  told.push_back(std::move(empty));

  const ends either{success.front(), {.state = rolled_back, .outcome = "INSUFFICIENT_INVENTORY"}};
  scenario rivals = story("two-want-the-last-unit", {}, either);
  rivals.stock = 1;
  rivals.orders.push_back(order_of({}, either));
  rivals.orders.back().id = order_id{"o-2"};
  rivals.orders.back().customer = customer_id{"bob"};
  told.push_back(std::move(rivals));
}

} // namespace

std::vector<scenario> scenarios_of(const subject& s) {
  std::vector<scenario> told = writing{*s.saga}.all();
  if (s.with_money_and_stock)
    add_shop_stories(told);
  std::vector<scenario> all;
  for (const bool together : {true, false})
    for (scenario each : told) {
      if (together && !s.with_money_and_stock)
        continue;
      each.together = together;
      each.name = (together ? "together:" : "apart:") + each.name;
      all.push_back(std::move(each));
    }
  return all;
}

} // namespace sagad::chaos

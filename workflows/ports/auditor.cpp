#include "workflows/ports/auditor.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "workflows/messages.hpp"
#include "workflows/ports/ledger_rules.hpp"

namespace sagad {

namespace {

/// Totals are for people; a damaged store must not make them overflow.
void add_to(std::int64_t& total, std::int64_t amount) {
  if (__builtin_add_overflow(total, amount, &total))
    total = amount > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

bool adds_up(std::int64_t whole, std::int64_t part, std::int64_t other_part) {
  std::int64_t sum = 0;
  return !__builtin_add_overflow(part, other_part, &sum) && sum == whole;
}

std::string number(std::int64_t n) { return std::to_string(n); }

bool is_in_force(const inbox_account& i) { return i.what == recorded::succeeded; }

bool happened(const effects_account& done, std::string_view step) {
  return std::any_of(done.inbox.begin(), done.inbox.end(),
                     [step](const auto& i) { return i.step == step && is_in_force(i); });
}

bool knows(const saga& s, std::string_view step) {
  return std::any_of(s.steps.begin(), s.steps.end(), [step](const auto& r) { return r.name == step; });
}

bool is_left_standing(step_state s) {
  using enum step_state;
  return s != pending && s != refused && s != undone;
}

} // namespace

void auditor::find(int promise, std::string_view check, std::string subject, std::string detail) {
  report_.findings.push_back(
      {.promise = promise, .check = std::string{check}, .subject = std::move(subject), .detail = std::move(detail)});
}

void auditor::nodes(std::span<const std::uint64_t> epochs, std::uint64_t lease_epoch) {
  epochs_.assign(epochs.begin(), epochs.end());
  std::sort(epochs_.begin(), epochs_.end());
  const std::uint64_t newest = epochs_.empty() ? 0 : epochs_.back();
  if (newest != lease_epoch)
    find(6, "the lease is not the newest node's", "lease",
         "the lease has epoch " + std::to_string(lease_epoch) + ", the newest node " + std::to_string(newest));
}

void auditor::plays(std::span<const std::string> participants) {
  plays_.insert(participants.begin(), participants.end());
}

bool auditor::is_played_here(const saga& s, std::string_view step) const {
  if (s.definition != begins_.name || s.version != begins_.version)
    return true;
  const auto known = std::find_if(begins_.steps.begin(), begins_.steps.end(),
                                  [step](const saga_step& each) { return each.name == step; });
  return known == begins_.steps.end() || plays_.contains(known->participant);
}

void auditor::wallet(const wallet_account& w) {
  add_to(report_.credited, w.credited);
  add_to(report_.balances, w.balance);
  add_to(report_.charged, w.charged);
  if (!adds_up(w.credited, w.balance, w.charged) || w.balance < 0)
    find(5, "money is not conserved", w.customer.value,
         "credited " + number(w.credited) + ", but balance " + number(w.balance) + " and charged " + number(w.charged));
}

void auditor::shelf(const shelf_account& s) {
  add_to(report_.units_in, s.added);
  add_to(report_.available, s.available);
  add_to(report_.reserved, s.reserved);
  if (!adds_up(s.added, s.available, s.reserved) || s.available < 0)
    find(5, "units are not conserved", s.item.value,
         "added " + number(s.added) + ", but available " + number(s.available) + " and reserved " + number(s.reserved));
  if (s.reserved != s.held_by_orders)
    find(5, "reserved units belong to nobody", s.item.value,
         "reserved " + number(s.reserved) + ", but orders hold " + number(s.held_by_orders));
}

void auditor::order(const order_account& o) {
  ++report_.orders;
  records_of(o.id.value, o.done);
  if (o.now == nullptr)
    return find(4, "an order without a saga", o.id.value, "it was accepted, and nothing will end it");
  if (o.now->state == saga_state::held)
    ++report_.held;
  else if (!has_ended(*o.now))
    ++report_.unfinished;
  effects_of(o);
  end_of(o);
  owner_of(o);
}

void auditor::unreadable_order(const order_id& id, const std::string& why, const effects_account& done) {
  ++report_.orders;
  records_of(id.value, done);
  find(4, "a saga that cannot be read", id.value, why);
}

void auditor::stranger(std::string_view saga, const effects_account& done) {
  records_of(saga, done);
  if (!takes_orders_)
    return;
  for (const inbox_account& i : done.inbox)
    if (is_in_force(i))
      find(2, "an effect without an order", std::string{saga}, i.step + " happened for no accepted order");
}

/// The participants' memory against the effects' own rows, both ways.
void auditor::records_of(std::string_view saga, const effects_account& done) {
  const auto complain = [&](std::string_view step, std::string_view kind) {
    find(2, "an effect and its record disagree", std::string{saga},
         std::string{kind} + " of " + std::string{step} + ": one is in force, the other is not");
  };
  for (const inbox_account& i : done.inbox) {
    report_.effects += is_in_force(i) ? 1U : 0U;
    const bool has_row = std::any_of(done.effects.begin(), done.effects.end(),
                                     [&](const effect_account& e) { return e.step == i.step && e.kind == i.kind; });
    if (is_in_force(i) && !has_row && i.kind != kind_of(mark{}))
      complain(i.step, i.kind);
  }
  for (const effect_account& e : done.effects) {
    const bool recorded_so = std::any_of(done.inbox.begin(), done.inbox.end(), [&](const inbox_account& i) {
      return i.step == e.step && i.kind == e.kind && is_in_force(i);
    });
    if (e.in_force != recorded_so)
      complain(e.step, e.kind);
  }
}

void auditor::effects_of(const order_account& o) {
  for (const inbox_account& i : o.done.inbox)
    if (is_in_force(i) && !knows(*o.now, i.step))
      find(2, "an effect that its order does not know", o.id.value, i.step + " happened and is none of its steps");
  if (!has_ended(*o.now))
    return; // until the end an effect may be ahead of what its saga has recorded
  for (const step_record& step : o.now->steps) {
    if (is_on_a_persons_word(step))
      continue;
    const bool is_so = happened(o.done, step.name);
    const std::string as_told = step.name + " is " + std::string{to_string(step.state)};
    if (is_so && step.state != step_state::succeeded)
      find(2, "an effect outlived its order", o.id.value, as_told + ", yet its effect is in force");
    if (!is_so && step.state == step_state::succeeded && is_played_here(*o.now, step.name))
      find(2, "an effect is missing", o.id.value, as_told + ", yet its effect is not in force");
  }
}

void auditor::end_of(const order_account& o) {
  const saga& s = *o.now;
  const std::string state{to_string(s.state)};
  if (!has_ended(s)) {
    if (s.state != saga_state::held && !o.owner && !o.claimable)
      find(4, "nobody will end it", o.id.value, "it is " + state + ", no node drives it and none may claim it");
    return;
  }
  const bool completed = s.state == saga_state::completed;
  if (s.outcome.empty() || completed != (s.outcome == codes::success))
    find(4, "the outcome does not fit the end", o.id.value, "it is " + state + " with outcome '" + s.outcome + "'");
  for (const step_record& step : s.steps)
    if (completed ? step.state != step_state::succeeded : is_left_standing(step.state))
      find(4, "a step does not fit the end", o.id.value,
           "it is " + state + ", but " + step.name + " is " + std::string{to_string(step.state)});
}

void auditor::owner_of(const order_account& o) {
  if (o.owner && !std::binary_search(epochs_.begin(), epochs_.end(), *o.owner))
    find(6, "driven by no node", o.id.value, "its owner has epoch " + std::to_string(*o.owner) + ", which no node had");
}

} // namespace sagad

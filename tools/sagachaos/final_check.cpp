#include "tools/sagachaos/final_check.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "tools/sagachaos/recording_participants.hpp"
#include "workflows/ports/auditor.hpp"
#include "workflows/saga_catalog.hpp"
#include "workflows/wire/cloud_event.hpp"

namespace sagad::chaos {

namespace {

using accounts_by_saga = std::unordered_map<std::string, effects_account>;

template <class Rows, class InForce>
void gather(accounts_by_saga& accounts, const Rows& rows, const effect& what, InForce in_force) {
  for (const auto& [key, row] : rows)
    if (const auto parts = split_key(key))
      accounts[std::string{parts->saga}].effects.push_back(
          {.step = std::string{parts->step}, .kind = kind_of(what), .in_force = in_force(row)});
}

template <class Inbox>
void gather_inbox(accounts_by_saga& accounts, const Inbox& inbox) {
  for (const auto& [key, known] : inbox)
    if (const auto parts = split_key(key))
      accounts[std::string{parts->saga}].inbox.push_back(
          {.step = std::string{parts->step}, .what = known.what, .kind = known.kind});
}

accounts_by_saga all_effects(const final_state& s) {
  accounts_by_saga accounts;
  if (s.recorded != nullptr)
    gather_inbox(accounts, *s.recorded);
  const memory::books& b = s.effects.ledger;
  gather_inbox(accounts, b.inbox);
  gather(accounts, b.charges, charge{}, [](const auto& r) { return !r.undone; });
  gather(accounts, b.reservations, reservation{}, [](const auto& r) { return !r.released; });
  gather(accounts, b.shipments, shipment{}, [](const auto& r) { return !r.cancelled; });
  return accounts;
}

/// Orders and effects as if they stood in one store.
audit_report audit(const final_state& s) {
  auditor checks{s.saga};
  std::vector<std::uint64_t> epochs(s.orders.nodes.size());
  std::iota(epochs.begin(), epochs.end(), 1U);
  checks.nodes(epochs, s.orders.lease_epoch);
  const auto all_participants = participants_of(s.saga);
  checks.plays(all_participants);
  auto accounts = all_effects(s);
  for (const memory::order_row* o : s.orders.by_number) {
    checks.order({.id = o->now.order,
                  .now = &o->now,
                  .owner = o->owner,
                  .claimable = o->claimable_at.has_value(),
                  .done = accounts[o->now.id.value]});
    accounts.erase(o->now.id.value);
  }
  for (const auto& [saga, done] : accounts)
    checks.stranger(saga, done);
  return std::move(checks).report();
}

promise promise_of(const audit_finding& f) {
  if (f.check == "an effect outlived its order")
    return promise::nothing_is_assumed;
  switch (f.promise) {
  case 4:
    return promise::every_order_ends;
  case 5:
    return promise::money_and_stock_are_conserved;
  case 6:
    return promise::one_writer;
  default:
    return promise::effects_happen_once;
  }
}

std::string end_of(const saga& s) {
  return std::string{to_string(s.state)} + (s.outcome.empty() ? "" : ' ' + s.outcome) +
         (s.last_error.empty() ? "" : " (" + s.last_error + ')');
}

bool may_end_so(const scripted_order& o, const saga& s) {
  return std::any_of(o.may_end.begin(), o.may_end.end(), [&](const scripted_order::end& e) {
    return e.state == s.state && (e.outcome.empty() || e.outcome == s.outcome);
  });
}

void check_end(const final_state& at_the_end, const scripted_order& o, const saga& s, journey& run) {
  const std::string& id = o.id.value;
  if (!has_ended(s) && s.state != saga_state::held)
    return run.break_promise(promise::every_order_ends, "order " + id + " is still " + end_of(s));
  if (!may_end_so(o, s))
    run.break_promise(promise::outcome_is_allowed, "order " + id + " is " + end_of(s));
  if (o.is_cancelled_for_good && at_the_end.outside.is_cancelled(o.id) && s.outcome != codes::cancelled)
    run.break_promise(promise::outcome_is_allowed,
                      "order " + id + ": its cancellation was granted, and it is " + end_of(s));
}

/// As listeners first saw them: a fact may come twice, but none may be missing, early or another.
void check_facts(const final_state& s, journey& run) {
  std::unordered_map<std::string, std::vector<std::string>> seen; // by saga
  for (const incoming_message& m : s.events) {
    auto& of_saga = seen[m.message_id.substr(0, m.message_id.rfind('/'))];
    if (std::find(of_saga.begin(), of_saga.end(), m.body) == of_saga.end())
      of_saga.push_back(m.body);
  }
  for (const memory::order_row* o : s.orders.by_number) {
    std::vector<std::string> facts;
    for (const fact& f : o->facts)
      facts.push_back(wire::to_cloud_event(f));
    if (seen[o->now.id.value] != facts)
      run.break_promise(promise::facts_are_true, "order " + o->now.id.value + " has " + std::to_string(facts.size()) +
                                                     " facts, and listeners saw others, or in another order");
    seen.erase(o->now.id.value);
  }
  for (const auto& [saga, events] : seen)
    run.break_promise(promise::facts_are_true, "listeners saw an event of " + saga + ", which is no order");
}

} // namespace

void check_everything(const final_state& at_the_end, journey& run) {
  for (const scripted_order& o : at_the_end.told.orders) {
    const auto known = at_the_end.orders.orders.find(saga_id{o.id.value});
    const bool is_there = known != at_the_end.orders.orders.end();
    if (is_there && at_the_end.outside.is_refused(o.id))
      run.break_promise(promise::accepted_is_durable, "order " + o.id.value + " was refused, and is in the store");
    if (is_there)
      check_end(at_the_end, o, known->second.now, run);
    else if (at_the_end.outside.is_accepted(o.id))
      run.break_promise(promise::accepted_is_durable, "order " + o.id.value + " was accepted, and is gone");
    else
      run.break_promise(promise::every_order_ends, "order " + o.id.value + " was never accepted, however often asked");
  }
  for (const audit_finding& f : audit(at_the_end).findings)
    run.break_promise(promise_of(f), f.subject + ": " + f.check + ": " + f.detail);
  check_facts(at_the_end, run);
}

} // namespace sagad::chaos

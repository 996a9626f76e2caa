#include "adapters/memory/orders.hpp"

#include "workflows/checkout/acceptance.hpp"
#include "workflows/ports/ownership.hpp"

namespace sagad::memory {

namespace {

/// Nobody drives it: from `claimable_from` on it may be claimed, if ever.
void let_go(world& w, order_row& o, std::optional<moment> claimable_from) {
  if (o.claimable_at)
    w.claimable.erase({*o.claimable_at, o.number});
  o.owner.reset();
  o.claimable_at = claimable_from;
  if (claimable_from)
    w.claimable.insert({*claimable_from, o.number});
}

order_row& insert(world& w, const checkout::submission& s, std::string text, json input,
                  const checkout::acceptance_terms& terms, moment now) {
  order_row& o = w.orders[saga_id{s.order.value}];
  o.number = static_cast<std::int64_t>(w.by_number.size()) + 1;
  o.now = checkout::begun_saga(s, terms, now);
  o.total = checkout::total_of(input);
  o.input = std::move(input);
  o.text = std::move(text);
  o.customer = s.customer;
  o.facts.push_back(checkout::accepted_fact(o.now));
  w.by_number.push_back(&o);
  if (terms.owner)
    drive(w, o, *terms.owner);
  else
    let_go(w, o, claimable_at(o.now));
  return o;
}

} // namespace

void drive(world& w, order_row& o, std::uint64_t owner) {
  if (o.claimable_at)
    w.claimable.erase({*o.claimable_at, o.number});
  o.claimable_at.reset();
  o.owner = owner;
}

checkout::accepted accept(world& w, const checkout::submission& asked, const checkout::acceptance_terms& terms,
                          moment now, std::mt19937_64& random) {
  if (asked.order.value.empty()) {
    checkout::submission named = asked;
    named.order = checkout::generated_order_id(now, random(), random());
    return accept(w, named, terms, now, random);
  }
  std::string text = checkout::canonical_text(asked);
  std::optional<std::string> on_record;
  if (const auto known = w.orders.find(saga_id{asked.order.value}); known != w.orders.end())
    on_record = known->second.text;
  const auto price_of = [&](const sku& item) -> std::optional<checkout::money> {
    const auto known = w.catalog.find(item);
    return known == w.catalog.end() ? std::nullopt : std::optional{known->second};
  };
  auto decision = checkout::decide_acceptance(asked, text, on_record, price_of, terms.faults_allowed);
  checkout::accepted result{.answer = std::move(decision.answer), .begun = {}};
  if (decision.input) {
    const order_row& o = insert(w, asked, std::move(text), *std::move(decision.input), terms, now);
    result.begun = stored_saga{.now = o.now, .input = o.input};
  }
  return result;
}

std::optional<std::size_t> record(world& w, const saga_update& u, std::uint64_t owner) {
  order_row& o = w.orders.at(u.after.id);
  if (u.after.sequence < o.now.sequence)
    return std::nullopt;
  o.now = u.after;
  const std::size_t known = o.facts.size();
  for (const fact& f : u.facts)
    if (f.sequence > o.facts.back().sequence)
      o.facts.push_back(f);
  if (u.rests || has_ended(o.now))
    let_go(w, o, claimable_at(o.now));
  else
    drive(w, o, owner);
  return o.facts.size() - known;
}

std::vector<stored_saga> claim(world& w, std::size_t count_max, moment due, std::uint64_t owner) {
  std::vector<stored_saga> found;
  while (found.size() < count_max && !w.claimable.empty() && w.claimable.begin()->first <= due) {
    order_row& o = *w.by_number.at(static_cast<std::size_t>(w.claimable.begin()->second - 1));
    drive(w, o, owner);
    found.push_back({.now = o.now, .input = o.input});
  }
  return found;
}

void release(world& w, const std::function<bool(std::uint64_t)>& is_gone) {
  for (order_row* o : w.by_number)
    if (o->owner && is_gone(*o->owner))
      let_go(w, *o, claimable_at(o->now) ? std::optional{moment{}} : std::nullopt);
}

} // namespace sagad::memory

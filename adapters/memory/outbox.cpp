#include "adapters/memory/outbox.hpp"

#include <algorithm>
#include <iterator>

namespace sagad::memory {

namespace {

void touch(world& w, order_row& o, moment now) {
  w.unpublished.erase({o.outbox->touched_at, o.number});
  o.outbox->touched_at = now;
  w.unpublished.insert({now, o.number});
}

} // namespace

void await_publication(world& w, order_row& o, std::uint64_t first, moment now) {
  if (o.outbox)
    return;
  o.outbox = outbox_row{.first = first, .touched_at = now};
  w.unpublished.insert({now, o.number});
}

void note_published(world& w, const publication& p, moment now) {
  const auto known = w.orders.find(p.saga);
  if (known == w.orders.end() || !known->second.outbox)
    return;
  order_row& o = known->second;
  if (p.up_to >= o.now.sequence) {
    w.unpublished.erase({o.outbox->touched_at, o.number});
    o.outbox.reset();
    return;
  }
  o.outbox->first = std::max(o.outbox->first, p.up_to + 1);
  touch(w, o, now);
}

void forget_unpublished(world& w) {
  for (const auto& waiting : w.unpublished)
    w.by_number.at(static_cast<std::size_t>(waiting.second - 1))->outbox.reset();
  w.unpublished.clear();
}

std::vector<fact> unpublished_of(const order_row& o, std::size_t count_max) {
  std::vector<fact> found;
  if (!o.outbox)
    return found;
  const auto from =
      std::find_if(o.facts.begin(), o.facts.end(), [&](const fact& f) { return f.sequence >= o.outbox->first; });
  const auto count = std::min(count_max, static_cast<std::size_t>(std::distance(from, o.facts.end())));
  found.assign(from, std::next(from, static_cast<std::ptrdiff_t>(count)));
  return found;
}

std::vector<fact> claim_unpublished(world& w, std::size_t sagas_max, moment idle_since, moment now) {
  std::vector<order_row*> idle;
  for (const auto& [touched_at, number] : w.unpublished) {
    if (touched_at > idle_since || idle.size() == sagas_max)
      break;
    idle.push_back(w.by_number.at(static_cast<std::size_t>(number - 1)));
  }
  std::vector<fact> found;
  for (order_row* o : idle) {
    auto facts = unpublished_of(*o, facts_per_claim_max);
    found.insert(found.end(), std::make_move_iterator(facts.begin()), std::make_move_iterator(facts.end()));
    touch(w, *o, now);
  }
  return found;
}

} // namespace sagad::memory

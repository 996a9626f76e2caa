#include "actors/directory_wishes.hpp"

#include <algorithm>
#include <utility>

#include "workflows/operations/repair.hpp"

namespace sagad::actors {

namespace {

using pointer = directory_pointer;
using told_fn = directory_state::told_fn;

tl::unexpected<caf::error> impossible(const char* why) {
  return tl::unexpected{caf::make_error(caf::sec::runtime_error, why)};
}

// --- without an actor --------------------------------------------------------------------------------------

/// Of an order that has ended, or that this node cannot drive. `now` is how it stands in the store.
void turn_down(pointer self, const saga& now, const wish& w, const told_fn& told) {
  const order_surroundings& around = *self->state.around;
  const event e = operations::event_of(w.wanted, around.clock(), 0.0);
  const auto decided = operations::judge(now, w.ticket->planned_sequence, e, *around.catalog);
  const bool moved_on = decided.what == operations::judgement::kind::moved_on;
  repaired r{.update = {},
             .outcome = {.operation = w.ticket->operation,
                         .saga = now.id,
                         .state = moved_on ? repair_state::moved_on : repair_state::refused,
                         .because = decided.because}};
  if (!has_ended(now)) // it was given to this node with the repair: perhaps another one can drive it
    r.update = saga_update{.after = now, .facts = {}, .rests = true};
  self->request(around.gateways.of(now.id), caf::infinite, std::move(r))
      .then([=](recorded_durably) { told(wish_result{moved_on ? verdict::late : verdict::unfit}); },
            [=](caf::error& why) { told(tl::unexpected{std::move(why)}); });
}

// --- with one ----------------------------------------------------------------------------------------------

void granted(pointer self, const saga_id& id, std::uint64_t number, const wish_result& r) {
  const auto known = self->state.orders.find(id);
  if (known == self->state.orders.end())
    return;
  auto& wishes = known->second.wishes;
  const auto open = std::find_if(wishes.begin(), wishes.end(), [=](const auto& each) { return each.number == number; });
  if (open == wishes.end())
    return;
  open->told(r);
  wishes.erase(open);
}

void grant(pointer self, const wish& w, told_fn told, int tries_left) {
  const auto known = self->state.orders.find(w.saga);
  if (known == self->state.orders.end())
    return told(impossible("this node cannot drive the order: it is held"));
  const std::uint64_t number = ++self->state.wishes_made;
  known->second.wishes.push_back({number, w, std::move(told), tries_left});
  // That it left memory meanwhile, or died of the wish, is told by its end: not every death answers what was asked.
  const auto see_on_down = [](const caf::error&) {};
  self->request(known->second.who, caf::infinite, w)
      .then([=, id = w.saga](const wish_result& r) { granted(self, id, number, r); }, see_on_down);
}

void grant_from(pointer self, stored_saga from, const wish& w, told_fn told, int tries_left) {
  const bool is_drivable = !has_ended(from.now) && definition_of(self->state, from.now) != nullptr;
  if (w.ticket && !is_drivable && self->state.orders.count(w.saga) == 0)
    return turn_down(self, from.now, w, told);
  if (has_ended(from.now))
    return told(wish_result{verdict::too_late});
  adopt(self, std::move(from));
  grant(self, w, std::move(told), tries_left);
}

void load_and_grant(pointer self, const wish& w, told_fn told, int tries_left) {
  const auto go_on = [=](loaded_saga& l) {
    if (!l.known)
      told(impossible("the store does not answer"));
    else if (!l.found)
      told(wish_result{});
    else
      grant_from(self, std::move(*l.found), w, told, tries_left);
  };
  self->request(self->state.around->gateways.of(w.saga), caf::infinite, load_saga{w.saga})
      .then(go_on, [=](caf::error& why) { told(tl::unexpected{std::move(why)}); });
}

} // namespace

void grant_elsewhere(pointer self, std::vector<directory_state::open_wish>& wishes) {
  for (auto& each : wishes)
    if (each.tries_left > 0)
      load_and_grant(self, each.what, std::move(each.told), each.tries_left - 1);
    else
      each.told(impossible("the order leaves or dies again and again"));
}

caf::typed_response_promise<wish_result> on_wish(pointer self, const wish& w) {
  auto promise = self->make_response_promise<wish_result>();
  const auto told = [promise](directory_state::wish_answer a) mutable {
    a ? promise.deliver(*a) : promise.deliver(std::move(a.error()));
  };
  const int tries = self->state.around->limits.revivals_max;
  if (self->state.orders.count(w.saga) > 0)
    grant(self, w, told, tries);
  else
    load_and_grant(self, w, told, tries);
  return promise;
}

void take_up(pointer self, claimed_repair handed) {
  directory_state& s = self->state;
  const saga_id id = handed.saga.now.id;
  if (!s.repairs.take(handed.operation, id))
    return;
  const auto told = [self, id, operation = handed.operation](const directory_state::wish_answer&) {
    self->state.repairs.dealt_with(operation, id);
  };
  const wish w{.saga = id,
               .wanted = std::move(handed.wanted),
               .ticket = repair_ticket{handed.operation, handed.planned_sequence}};
  const int tries = s.around->limits.revivals_max;
  // What the store said may be older than what an actor of the order has told it since.
  const bool may_be_old = s.dead.count(id) > 0 || s.left_while_looking.count(id) > 0;
  if (s.orders.count(id) > 0)
    grant(self, w, told, tries);
  else if (may_be_old)
    load_and_grant(self, w, told, tries);
  else
    grant_from(self, std::move(handed.saga), w, told, tries);
}

} // namespace sagad::actors

#include "actors/directory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "actors/directory_orders.hpp"
#include "actors/directory_wishes.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace sagad::actors {

namespace {

using pointer = directory_pointer;
using acceptance_promise = caf::typed_response_promise<acceptance>;

/// At most so many orders are taken up in one go, so that the store is not kept from its other work.
constexpr std::size_t claim_max = 512;

std::size_t room(const directory_state& s) {
  const std::size_t taken = s.orders.size() + s.submitting;
  return taken < s.around->limits.open_orders_max ? s.around->limits.open_orders_max - taken : 0;
}

// --- new orders, waiting orders --------------------------------------------------------------------------

acceptance turned_away(const checkout::submission& asked, std::string code, std::string message) {
  acceptance a;
  a.order = asked.order;
  a.error = refusal{.code = std::move(code), .field = {}, .message = std::move(message)};
  return a;
}

acceptance_promise on_submission(pointer self, checkout::submission& asked) {
  directory_state& s = self->state;
  auto promise = self->make_response_promise<acceptance>();
  if (s.draining) {
    promise.deliver(turned_away(asked, "SHUTTING_DOWN", "this node is shutting down; submit again"));
    return promise;
  }
  if (room(s) == 0) {
    promise.deliver(turned_away(asked, "BUSY", "as many orders as this node takes are open; submit again later"));
    return promise;
  }
  ++s.submitting;
  if (asked.order.value.empty()) // its name decides which gateway it goes through
    asked.order = checkout::generated_order_id(s.around->clock(), s.chance(), s.chance());
  const auto& gateway = s.around->gateways.of(saga_id{asked.order.value});
  self->request(gateway, caf::infinite, std::move(asked))
      .then(
          [=](submitted& decided) mutable {
            --self->state.submitting;
            if (decided.begun)
              adopt(self, std::move(*decided.begun));
            promise.deliver(std::move(decided.answer));
          },
          [=](caf::error& why) mutable {
            --self->state.submitting;
            promise.deliver(std::move(why));
          });
  return promise;
}

void take_up(pointer self, claimed_work& found, const claim_work& asked) {
  directory_state& s = self->state;
  s.looking = false;
  s.more_waits = found.sagas.size() == asked.count_max || found.repairs.size() == asked.repairs_max;
  for (stored_saga& each : found.sagas)
    adopt(self, std::move(each));
  for (claimed_repair& each : found.repairs)
    take_up(self, std::move(each));
}

void look_for_work(pointer self, instant now) {
  directory_state& s = self->state;
  const engine_limits& limits = s.around->limits;
  const std::size_t count = std::min(room(s), claim_max);
  const bool is_time = now >= s.next_sweep;
  // A node that is full looks for repairs, though not all the time.
  if (s.looking || s.draining || (count == 0 && !is_time))
    return;
  const claim_work asked{.count_max = count,
                         .due = s.around->clock(),
                         .repairs_max = limits.repairs_taken_max - s.repairs.under_way(),
                         .sweep = s.more_waits || is_time};
  if (asked.sweep)
    s.next_sweep = now + limits.sweep_every;
  s.looking = true;
  s.repairs.store_is_asked();
  s.left_while_looking.clear();
  self->request(s.around->gateways.keeper, caf::infinite, asked)
      .then([=](claimed_work& found) { take_up(self, found, asked); },
            [=](const caf::error&) { self->state.looking = false; });
}

// --- orders that are gone --------------------------------------------------------------------------------

/// The repairs among the wishes of one that died.
void keep_repairs(std::vector<directory_state::open_wish>& kept, std::vector<directory_state::open_wish>& wishes) {
  const auto first = std::stable_partition(wishes.begin(), wishes.end(), [](const auto& w) { return !w.what.ticket; });
  std::move(first, wishes.end(), std::back_inserter(kept));
  wishes.erase(first, wishes.end());
}

void on_down(pointer self, const caf::down_msg& down) {
  directory_state& s = self->state;
  const auto address = s.by_address.find(down.source);
  if (address == s.by_address.end())
    return;
  const saga_id id = std::move(address->second);
  s.by_address.erase(address);
  const auto known = s.orders.find(id);
  directory_state::entry gone = std::move(known->second);
  s.orders.erase(known);
  if (s.looking)
    s.left_while_looking.insert(id);
  if (down.reason) {
    spdlog::error("the actor of order {} died ({}); it is revived from the journal", id.value,
                  self->system().render(down.reason));
    keep_repairs(s.dead[id], gone.wishes);
    load_and_adopt(self, id, {.deaths = gone.before.deaths + 1, .sequence = gone.before.sequence});
  } else if (gone.look_again) {
    load_and_adopt(self, id, {});
  }
  grant_elsewhere(self, gone.wishes);
}

// --- leaving ---------------------------------------------------------------------------------------------

void see_to_draining(pointer self, instant now) {
  directory_state& s = self->state;
  if (!s.draining || !s.draining->pending())
    return;
  if (s.orders.empty() && s.submitting == 0 && !s.looking) {
    s.draining->deliver(drained{});
    return;
  }
  if (now < s.drain_deadline)
    return;
  if (!std::exchange(s.resting, true))
    spdlog::info("{} orders did not end in time; they rest in the store", s.orders.size());
  // Again at each tick: some come back, called for by a wish or revived.
  for (const auto& [id, each] : s.orders)
    self->send(each.who, rest{});
}

void on_tick(pointer self) {
  directory_state& s = self->state;
  const instant now = instant_of(self);
  revive_the_unread(self);
  look_for_work(self, now);
  see_to_draining(self, now);
  self->delayed_send(self, s.around->limits.look_every, tick{});
}

} // namespace

directory_actor::behavior_type directory(pointer self, std::shared_ptr<const order_surroundings> around) {
  die_telling_why(self);
  self->state.around = std::move(around);
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([=](caf::exit_msg& why) {
    for (const auto& [id, each] : self->state.orders)
      self->send_exit(each.who, why.reason);
    self->quit(why.reason);
  });
  self->send(self, tick{});
  return {
      [=](checkout::submission& asked) { return on_submission(self, asked); },
      [=](const wish& w) { return on_wish(self, w); },
      [=](tick) { on_tick(self); },
      [=](const drain& d) {
        self->state.drain_deadline = instant_of(self) + d.grace;
        self->state.draining = self->make_response_promise<drained>();
        return *self->state.draining;
      },
  };
}

} // namespace sagad::actors

#include "actors/directory.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/death.hpp"
#include "workflows/checkout/acceptance.hpp"

namespace sagad::actors {

namespace {

using pointer = directory_actor::stateful_pointer<directory_state>;
using acceptance_promise = caf::typed_response_promise<acceptance>;
using wish_promise = caf::typed_response_promise<wish_result>;

/// At most so many orders are taken up in one go, so that the store is not kept from its other work.
constexpr std::size_t claim_max = 512;

std::size_t room(const directory_state& s) {
  const std::size_t taken = s.orders.size() + s.submitting;
  return taken < s.around->limits.open_orders_max ? s.around->limits.open_orders_max - taken : 0;
}

// --- starting and reviving -------------------------------------------------------------------------------

void put_on_hold(pointer self, stored_saga from, std::string why) {
  directory_state& s = self->state;
  transition t = hold_without_definition(std::move(from.now), s.around->clock(), std::move(why));
  if (t.what != verdict::moved)
    return;
  spdlog::error("order {} is held: {}; it waits for a person", t.after.order.value, t.after.last_error);
  const auto& gateway = s.around->gateways.of(t.after.id);
  self->send(gateway, record_behind{{.after = std::move(t.after), .facts = std::move(t.facts), .rests = true}});
}

/// Gives the saga an actor, unless it has one.
void adopt(pointer self, stored_saga from, int deaths = 0, std::string traceparent = {}) {
  directory_state& s = self->state;
  if (const auto known = s.orders.find(from.now.id); known != s.orders.end()) {
    known->second.look_again = true;
    return;
  }
  const definition* def = s.around->catalog->find(from.now.definition, from.now.version);
  if (def == nullptr || !fits(*def, from.now)) {
    const std::string name = from.now.definition + " v" + std::to_string(from.now.version);
    return put_on_hold(self, std::move(from), "this node does not know its definition " + name);
  }
  if (deaths > s.around->limits.revivals_max)
    return put_on_hold(self, std::move(from), "its actor died " + std::to_string(deaths) + " times in a row");
  const saga_id id = from.now.id;
  const directory_state::past before{.deaths = deaths, .sequence = from.now.sequence};
  auto who = self->spawn<caf::monitored>(run_order, s.around, def, std::make_shared<stored_saga>(std::move(from)),
                                         std::move(traceparent));
  s.by_address.emplace(who.address(), id);
  s.orders.emplace(id, directory_state::entry{.who = std::move(who), .before = before});
}

void load_and_adopt(pointer self, const saga_id& id, directory_state::past before) {
  const auto revive = [=](loaded_saga& l) {
    if (!l.known) {
      self->state.to_revive.emplace_back(id, before);
    } else if (l.found && !has_ended(l.found->now) && l.found->now.state != saga_state::held) {
      const bool got_on = l.found->now.sequence > before.sequence;
      adopt(self, std::move(*l.found), got_on ? 0 : before.deaths);
    }
  };
  // Without a gateway the node is about to stop. The directory stays until then: only it can tell orders to go.
  const auto let_be = [](const caf::error&) {};
  self->request(self->state.around->gateways.of(id), caf::infinite, load_saga{id}).then(revive, let_be);
}

void revive_the_unread(pointer self) {
  for (const auto& [id, before] : std::exchange(self->state.to_revive, {}))
    load_and_adopt(self, id, before);
}

// --- new orders, waiting orders --------------------------------------------------------------------------

acceptance turned_away(const checkout::submission& asked, std::string code, std::string message) {
  acceptance a;
  a.order = asked.order;
  a.error = refusal{.code = std::move(code), .field = {}, .message = std::move(message)};
  return a;
}

acceptance_promise on_submission(pointer self, checkout::submission& asked, std::string traceparent) {
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
              adopt(self, std::move(*decided.begun), 0, std::move(traceparent));
            promise.deliver(std::move(decided.answer));
          },
          [=](caf::error& why) mutable {
            --self->state.submitting;
            promise.deliver(std::move(why));
          });
  return promise;
}

void look_for_work(pointer self, moment now) {
  directory_state& s = self->state;
  const std::size_t count = std::min(room(s), claim_max);
  if (s.looking || s.draining || count == 0)
    return;
  const bool sweep = s.more_waits || now >= s.last_sweep + s.around->limits.sweep_every;
  if (sweep)
    s.last_sweep = now;
  s.looking = true;
  self->request(s.around->gateways.keeper, caf::infinite, claim_work{.count_max = count, .due = now, .sweep = sweep})
      .then(
          [=](claimed_work& found) {
            directory_state& state = self->state;
            state.looking = false;
            state.more_waits = found.sagas.size() == count;
            for (stored_saga& each : found.sagas)
              adopt(self, std::move(each));
          },
          [=](const caf::error&) { self->state.looking = false; });
}

// --- wishes ----------------------------------------------------------------------------------------------

void grant(pointer self, const wish& w, wish_promise promise, int tries_left);

void load_and_grant(pointer self, const wish& w, wish_promise promise, int tries_left) {
  self->request(self->state.around->gateways.of(w.saga), caf::infinite, load_saga{w.saga})
      .then(
          [=](loaded_saga& l) mutable {
            if (!l.known) {
              promise.deliver(caf::make_error(caf::sec::runtime_error, "the store does not answer"));
            } else if (!l.found) {
              promise.deliver(wish_result{});
            } else if (has_ended(l.found->now)) {
              promise.deliver(wish_result{verdict::too_late});
            } else {
              adopt(self, std::move(*l.found));
              grant(self, w, std::move(promise), tries_left);
            }
          },
          [=](caf::error& why) mutable { promise.deliver(std::move(why)); });
}

void granted(pointer self, const saga_id& id, std::uint64_t number, const wish_result& r) {
  const auto known = self->state.orders.find(id);
  if (known == self->state.orders.end())
    return;
  auto& wishes = known->second.wishes;
  const auto open = std::find_if(wishes.begin(), wishes.end(), [=](const auto& each) { return each.number == number; });
  if (open == wishes.end())
    return;
  open->promise.deliver(r);
  wishes.erase(open);
}

void grant(pointer self, const wish& w, wish_promise promise, int tries_left) {
  const auto known = self->state.orders.find(w.saga);
  if (known == self->state.orders.end()) {
    promise.deliver(caf::make_error(caf::sec::runtime_error, "this node cannot drive the order: it is held"));
    return;
  }
  const std::uint64_t number = ++self->state.wishes_made;
  known->second.wishes.push_back({number, w, std::move(promise), tries_left});
  // That it left memory meanwhile, or died of the wish, is told by its end: not every death answers what was asked.
  const auto see_on_down = [](const caf::error&) {};
  self->request(known->second.who, caf::infinite, w)
      .then([=, id = w.saga](const wish_result& r) { granted(self, id, number, r); }, see_on_down);
}

void grant_elsewhere(pointer self, std::vector<directory_state::open_wish>& wishes) {
  for (auto& each : wishes)
    if (each.tries_left > 0)
      load_and_grant(self, each.what, std::move(each.promise), each.tries_left - 1);
    else
      each.promise.deliver(caf::make_error(caf::sec::runtime_error, "the order leaves or dies again and again"));
}

wish_promise on_wish(pointer self, const wish& w) {
  auto promise = self->make_response_promise<wish_result>();
  const int tries = self->state.around->limits.revivals_max;
  if (self->state.orders.count(w.saga) > 0)
    grant(self, w, promise, tries);
  else
    load_and_grant(self, w, promise, tries);
  return promise;
}

// --- orders that are gone --------------------------------------------------------------------------------

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
  if (down.reason) {
    spdlog::error("the actor of order {} died ({}); it is revived from the journal", id.value,
                  self->system().render(down.reason));
    load_and_adopt(self, id, {.deaths = gone.before.deaths + 1, .sequence = gone.before.sequence});
  } else if (gone.look_again) {
    load_and_adopt(self, id, {});
  }
  grant_elsewhere(self, gone.wishes);
}

// --- leaving ---------------------------------------------------------------------------------------------

void see_to_draining(pointer self, moment now) {
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
  const moment now = s.around->clock();
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
      [=](checkout::submission& asked) { return on_submission(self, asked, {}); },
      [=](traced_submission& asked) { return on_submission(self, asked.what, std::move(asked.traceparent)); },
      [=](const wish& w) { return on_wish(self, w); },
      [=](tick) { on_tick(self); },
      [=](const drain& d) {
        self->state.drain_deadline = self->state.around->clock() + d.grace;
        self->state.draining = self->make_response_promise<drained>();
        return *self->state.draining;
      },
  };
}

} // namespace sagad::actors

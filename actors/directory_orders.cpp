#include "actors/directory_orders.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace sagad::actors {

namespace {

using pointer = directory_pointer;

void put_on_hold(pointer self, stored_saga from, std::string why) {
  directory_state& s = self->state;
  transition t = hold_without_definition(std::move(from.now), s.around->clock(), std::move(why));
  if (t.what != verdict::moved)
    return;
  spdlog::error("order {} is held: {}; it waits for a person", t.after.order.value, t.after.last_error);
  const auto& gateway = s.around->gateways.of(t.after.id);
  self->send(gateway, record_behind{{.after = std::move(t.after), .facts = std::move(t.facts), .rests = true}});
}

/// All that its last actor told the store is durable now. What became of a repair that it was asked for, the store
/// knows; where it knows of nothing, it hands it out again.
void give_up_repairs_of_the_dead(pointer self, const saga_id& id) {
  const auto dead = self->state.dead.extract(id);
  if (dead.empty())
    return;
  for (const auto& each : dead.mapped())
    each.told(tl::unexpected{caf::make_error(caf::sec::runtime_error, "the order's actor died of it")});
}

} // namespace

const definition* definition_of(const directory_state& s, const saga& now) {
  const definition* known = s.around->catalog->find(now.definition, now.version);
  return known != nullptr && fits(*known, now) ? known : nullptr;
}

void adopt(pointer self, stored_saga from, int deaths) {
  directory_state& s = self->state;
  if (const auto known = s.orders.find(from.now.id); known != s.orders.end()) {
    known->second.look_again = true;
    return;
  }
  const definition* def = definition_of(s, from.now);
  if (def == nullptr) {
    const std::string name = from.now.definition + " v" + std::to_string(from.now.version);
    return put_on_hold(self, std::move(from), "this node does not know its definition " + name);
  }
  if (deaths > s.around->limits.revivals_max)
    return put_on_hold(self, std::move(from), "its actor died " + std::to_string(deaths) + " times in a row");
  const saga_id id = from.now.id;
  const directory_state::past before{.deaths = deaths, .sequence = from.now.sequence};
  auto who = self->spawn<caf::monitored>(run_order, s.around, def, std::make_shared<stored_saga>(std::move(from)));
  s.by_address.emplace(who.address(), id);
  s.orders.emplace(id, directory_state::entry{.who = std::move(who), .before = before});
}

void load_and_adopt(pointer self, const saga_id& id, directory_state::past before) {
  const auto revive = [=](loaded_saga& l) {
    if (!l.known) {
      self->state.to_revive.emplace_back(id, before);
      return;
    }
    give_up_repairs_of_the_dead(self, id);
    if (l.found && !has_ended(l.found->now) && l.found->now.state != saga_state::held) {
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

} // namespace sagad::actors

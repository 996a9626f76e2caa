#include "actors/switchboard.hpp"

#include <array>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/confirmation_actor.hpp"
#include "actors/death.hpp"
#include "actors/delivery_actor.hpp"
#include "actors/inventory_actor.hpp"
#include "actors/notification_actor.hpp"
#include "actors/payment_actor.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::actors {

namespace {

using pointer = switchboard_actor::stateful_pointer<switchboard_state>;
using behavior_fn = participant_actor::behavior_type (*)(participant_actor::stateful_pointer<participant_state>,
                                                         participant_surroundings);
namespace parts = checkout::participants;

constexpr std::array<std::pair<std::string_view, behavior_fn>, 5> cast{{
    {parts::payment, payment},
    {parts::inventory, inventory},
    {parts::delivery, delivery},
    {parts::orders, confirmation},
    {parts::notification, notification},
}};

void start(pointer self, std::string_view name, behavior_fn play) {
  auto participant = self->spawn<caf::monitored>(play, self->state.config.around);
  self->state.participants.insert_or_assign(std::string{name}, std::move(participant));
}

void on_down(pointer self, const caf::down_msg& down) {
  for (const auto& [name, play] : cast) {
    const auto known = self->state.participants.find(name);
    if (known == self->state.participants.end() || known->second.address() != down.source)
      continue;
    spdlog::error("participant {} died ({}); a new one takes over, its open commands are asked again", name,
                  self->system().render(down.reason));
    start(self, name, play);
  }
}

void answer(pointer self, const question& q, reply_outcome outcome, std::string_view code, std::string why) {
  self->send(q.asker, reply{.saga = q.what.saga,
                            .step = q.what.step,
                            .what = q.what.what,
                            .attempt = q.what.attempt,
                            .outcome = outcome,
                            .code = std::string{code},
                            .detail = std::move(why),
                            .result = {}});
}

void pass_on(pointer self, question& q) {
  const auto known = self->state.participants.find(q.what.participant);
  if (known != self->state.participants.end()) {
    self->send(known->second, std::move(q));
    return;
  }
  if (self->state.config.elsewhere) {
    self->send(self->state.config.elsewhere, std::move(q));
    return;
  }
  answer(self, q, reply_outcome::failed, no_participant, "nobody here plays participant " + q.what.participant);
}

/// For the next sign of life.
void tell_changes(pointer self) {
  switchboard_state& s = self->state;
  if (std::exchange(s.changes_told, s.to_participants.changes()) != s.to_participants.changes())
    self->send(s.config.around.gateways.keeper, seen_circuits{s.to_participants.remarkable()});
}

void on_question(pointer self, question& q) {
  switchboard_state& s = self->state;
  if (q.known_as.empty())
    return pass_on(self, q);
  const auto stop = s.to_participants.stops(q.what.participant, q.known_as, q.asked_at);
  tell_changes(self);
  if (stop)
    answer(self, q, reply_outcome::undelivered, stop->code, stop->why);
  else
    pass_on(self, q);
}

} // namespace

switchboard_actor::behavior_type switchboard(pointer self, switchboard_config config) {
  die_telling_why(self);
  self->state.config = std::move(config);
  self->set_down_handler([=](const caf::down_msg& down) { on_down(self, down); });
  self->set_exit_handler([=](caf::exit_msg& why) {
    for (const auto& [name, participant] : self->state.participants)
      self->send_exit(participant, why.reason);
    self->quit(why.reason);
  });
  for (const auto& [name, play] : cast)
    if (self->state.config.plays.contains(name))
      start(self, name, play);
  return {
      [=](question& q) { on_question(self, q); },
      [=](const heard_of& h) {
        self->state.to_participants.heard(h.participant, h.what);
        tell_changes(self);
      },
      [=](const participant_rules& rules) {
        self->state.to_participants.go_by(rules.all, self->state.config.around.clock());
        tell_changes(self);
      },
  };
}

} // namespace sagad::actors

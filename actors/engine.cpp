#include "actors/engine.hpp"

#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/dead_letter_actor.hpp"
#include "actors/directory.hpp"
#include "actors/switchboard.hpp"
#include "actors/timekeeper.hpp"

namespace sagad::actors {

namespace {
constexpr std::chrono::seconds patience_with_store{5};

/// Order actors and participants are replaced when they die. These hold what nobody else knows.
template <class Handle>
void need(const Handle& who, const char* name, const std::function<void()>& on_broken) {
  who->attach_functor([name, on_broken](const caf::error& why) {
    if (!why || why == caf::exit_reason::user_shutdown)
      return;
    spdlog::error("the {} died ({}); the node stops and goes on from what is durable when it is started again", name,
                  to_string(why));
    on_broken();
  });
}
} // namespace

engine::engine(caf::actor_system& system, engine_config config) : system_(system) {
  store_gateway_config for_gateway{.target = std::move(config.target),
                                   .clock = config.clock,
                                   .limits = config.limits,
                                   .watcher = config.watcher,
                                   .on_store_lost = std::move(config.on_store_lost)};
  auto gateway = config.store_has_thread ? system.spawn<caf::detached>(store_gateway, std::move(for_gateway))
                                         : system.spawn(store_gateway, std::move(for_gateway));
  dead_letters_ = system.spawn(keep_dead_letters, gateway);
  auto participants = system.spawn(switchboard, participant_surroundings{.gateway = gateway,
                                                                         .dead_letters = dead_letters_,
                                                                         .clock = config.clock,
                                                                         .limits = config.limits});
  auto timers = system.spawn(timekeeper, config.clock, config.limits);
  around_ = std::make_shared<const order_surroundings>(order_surroundings{.gateway = std::move(gateway),
                                                                          .switchboard = std::move(participants),
                                                                          .timekeeper = std::move(timers),
                                                                          .clock = std::move(config.clock),
                                                                          .limits = config.limits,
                                                                          .watcher = std::move(config.watcher),
                                                                          .catalog = std::move(config.catalog),
                                                                          .allow_faults = config.allow_faults});
  directory_ = system.spawn(directory, around_);
  need(directory_, "directory", config.on_broken);
  need(around_->gateway, "store gateway", config.on_broken);
  need(around_->switchboard, "switchboard", config.on_broken);
  need(around_->timekeeper, "timekeeper", config.on_broken);
  need(dead_letters_, "dead-letter actor", config.on_broken);
}

void engine::shut_down(milliseconds grace) {
  caf::scoped_actor self{system_};
  const auto complain = [&](const caf::error& why) {
    spdlog::error("shutting down in order failed: {}; open orders go on from their last durable state",
                  system_.render(why));
  };
  // Resting waits for the store; where that does not answer, waiting longer saves nothing.
  self->request(directory_, grace + patience_with_store, drain{grace}).receive([](drained) {}, complain);
  self->request(around_->gateway, caf::infinite, leave_store{}).receive([](left_store) {}, complain);
  abandon();
}

void engine::abandon() {
  const auto dismiss = [](const auto& who) { caf::anon_send_exit(who, caf::exit_reason::user_shutdown); };
  dismiss(directory_);
  dismiss(around_->switchboard);
  dismiss(around_->timekeeper);
  dismiss(dead_letters_);
  dismiss(around_->gateway);
}

} // namespace sagad::actors

#include "actors/engine.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <set>
#include <utility>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/command_server.hpp"
#include "actors/dead_letter_actor.hpp"
#include "actors/directory.hpp"
#include "actors/event_publisher.hpp"
#include "actors/intake.hpp"
#include "actors/order_actor.hpp"
#include "actors/remote_participants.hpp"
#include "actors/switchboard.hpp"
#include "actors/timekeeper.hpp"

namespace sagad::actors {

namespace {
constexpr std::chrono::seconds patience_with_store{5};
constexpr milliseconds patience_with_broker{2'000};

using names = std::set<std::string, std::less<>>;

names as_set(const std::vector<std::string>& plays) { return {plays.begin(), plays.end()}; }

std::vector<std::string> played_elsewhere(const saga_catalog& catalog, const names& plays) {
  std::vector<std::string> others = catalog.participants();
  std::erase_if(others, [&](const std::string& each) { return plays.contains(each); });
  return others;
}

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

void say_lost(const store_error& why) {
  if (why.what == store_error::kind::in_doubt)
    spdlog::error("whether the store did what it was asked cannot be found out: {}; the node stops, and started again "
                  "it goes on from what is durable",
                  why.detail);
  else
    spdlog::error("the store is lost to this node ({}): {}; the node stops, its orders stay as they were last recorded",
                  to_string(why.what), why.detail);
}

/// Whichever gateway finds out first.
store_lost_fn once(store_lost_fn told) {
  return [told = std::move(told), gone = std::make_shared<std::atomic<bool>>(false)](const store_error& why) {
    if (gone->exchange(true))
      return;
    say_lost(why);
    told(why);
  };
}
} // namespace

engine::engine(caf::actor_system& system, engine_config config) : system_(system), bus_(config.bus) {
  gateways_ = open_gateways(config);
  dead_letters_ = system.spawn(keep_dead_letters, gateways_.any());
  need(dead_letters_, "dead-letter actor", config.on_broken);

  const names plays = as_set(config.plays);
  if (bus_ && config.orchestrates) {
    if (auto others = played_elsewhere(*config.catalog, plays); !others.empty()) {
      remote_ = system.spawn(remote_participants, remote_participants_config{.bus = bus_,
                                                                             .participants = std::move(others),
                                                                             .dead_letters = dead_letters_,
                                                                             .clock = config.clock,
                                                                             .limits = config.limits,
                                                                             .watcher = config.watcher});
      need(remote_, "actor of remote participants", config.on_broken);
    }
  }
  switchboard_ = system.spawn(switchboard, switchboard_config{.around = {.gateways = gateways_,
                                                                         .dead_letters = dead_letters_,
                                                                         .clock = config.clock,
                                                                         .limits = config.limits},
                                                              .plays = plays,
                                                              .elsewhere = remote_});
  need(switchboard_, "switchboard", config.on_broken);
  if (bus_ && config.orchestrates)
    begin_publishing(config);
  if (config.orchestrates)
    begin_orchestrating(config);
  if (bus_)
    begin_serving(config);
  begin_auditing(config);
}

store_gateways engine::open_gateways(engine_config& config) {
  const auto lost = once(std::move(config.on_store_lost));
  const auto open = [&](std::shared_ptr<store> target, bool keeps) {
    store_gateway_config c{.target = std::move(target),
                           .clock = config.clock,
                           .limits = config.limits,
                           .watcher = config.watcher,
                           .on_store_lost = lost,
                           .keeps = keeps,
                           .broker_state = [ear = bus_.ear] { return ear ? ear->state() : std::string{}; },
                           .on_drain_wanted = config.on_drain_wanted,
                           .seed = static_cast<unsigned>(std::hash<std::string>{}(config.node))};
    auto gateway = config.store_has_thread ? system_.spawn<caf::detached>(store_gateway, std::move(c))
                                           : system_.spawn(store_gateway, std::move(c));
    need(gateway, "store gateway", config.on_broken);
    return gateway;
  };
  store_gateways opened;
  opened.keeper = open(config.keeper, true);
  for (std::shared_ptr<store>& each : config.gateways)
    opened.commit.push_back(each == config.keeper ? opened.keeper : open(std::move(each), false));
  return opened;
}

void engine::begin_publishing(const engine_config& config) {
  publisher_ = system_.spawn(
      event_publisher,
      event_publisher_config{.bus = bus_, .gateways = gateways_, .clock = config.clock, .limits = config.limits});
  need(publisher_, "event publisher", config.on_broken);
  for (const store_gateway_actor& each : leavers())
    caf::anon_send(each, publisher_);
}

void engine::begin_orchestrating(engine_config& config) {
  timekeeper_ = system_.spawn(timekeeper, config.clock, config.limits);
  need(timekeeper_, "timekeeper", config.on_broken);
  directory_ = system_.spawn(
      directory, std::make_shared<const order_surroundings>(order_surroundings{.gateways = gateways_,
                                                                               .switchboard = switchboard_,
                                                                               .timekeeper = timekeeper_,
                                                                               .clock = config.clock,
                                                                               .limits = config.limits,
                                                                               .watcher = config.watcher,
                                                                               .catalog = std::move(config.catalog),
                                                                               .allow_faults = config.allow_faults,
                                                                               .plays = as_set(config.plays)}));
  need(directory_, "directory", config.on_broken);
  caf::anon_send(gateways_.keeper, switchboard_);
  if (!bus_)
    return;
  intake_ = system_.spawn(
      intake,
      intake_config{
          .bus = bus_, .directory = directory_, .gateways = gateways_, .clock = config.clock, .limits = config.limits});
  need(intake_, "intake", config.on_broken);
}

void engine::begin_serving(const engine_config& config) {
  for (const std::string& each : config.plays) {
    servers_.push_back(system_.spawn(command_server, command_server_config{.bus = bus_,
                                                                           .participant = each,
                                                                           .switchboard = switchboard_,
                                                                           .gateways = gateways_,
                                                                           .clock = config.clock,
                                                                           .limits = config.limits,
                                                                           .allow_faults = config.allow_faults}));
    need(servers_.back(), "command server", config.on_broken);
  }
}

void engine::begin_auditing(const engine_config& config) {
  if (!config.open_office || config.limits.audit_every == milliseconds{0})
    return;
  auditor_config c{.open_office = config.open_office,
                   .node = config.node,
                   .clock = config.clock,
                   .limits = config.limits,
                   .watcher = config.watcher};
  // Nobody needs it: where it dies, the promises are kept all the same, and sagactl can see to it.
  auditor_ = config.store_has_thread ? system_.spawn<caf::detached>(auditor, std::move(c))
                                     : system_.spawn(auditor, std::move(c));
}

std::vector<engine::stage> engine::stages() const {
  std::vector<stage> all;
  if (intake_)
    all.push_back({"the intake", intake_});
  if (directory_)
    all.push_back({"the directory", directory_});
  for (const command_server_actor& each : servers_)
    all.push_back({"a command server", each});
  if (publisher_)
    all.push_back({"the event publisher", publisher_});
  return all;
}

std::vector<store_gateway_actor> engine::leavers() const {
  std::vector<store_gateway_actor> all;
  for (const store_gateway_actor& each : gateways_.commit)
    if (each != gateways_.keeper)
      all.push_back(each);
  all.push_back(gateways_.keeper);
  return all;
}

void engine::shut_down(milliseconds grace) {
  caf::scoped_actor self{system_};
  const auto complain = [&](const std::string& who) {
    return [this, who](const caf::error& why) {
      spdlog::error("shutting down in order failed at {}: {}; open orders go on from their last durable state", who,
                    system_.render(why));
    };
  };
  for (const stage& each : stages()) {
    // Resting waits for the store; where that does not answer, waiting longer saves nothing. Only orders need the
    // whole time to end; the others wait for the broker.
    const milliseconds time = each.who == directory_ || !bus_ ? grace : std::min(grace, patience_with_broker);
    self->request(each.who, time + patience_with_store, drain{time}).receive([](drained) {}, complain(each.name));
  }
  if (bus_)
    bus_.bus->close(patience_with_broker);
  for (const store_gateway_actor& each : leavers())
    self->request(each, caf::infinite, leave_store{}).receive([](left_store) {}, complain("a store gateway"));
  abandon();
}

void engine::abandon() {
  const auto dismiss = [](const auto& who) {
    if (who)
      caf::anon_send_exit(who, caf::exit_reason::user_shutdown);
  };
  if (bus_)
    bus_.ear->hang_up();
  dismiss(auditor_);
  dismiss(intake_);
  dismiss(directory_);
  for (const command_server_actor& each : servers_)
    dismiss(each);
  dismiss(publisher_);
  dismiss(switchboard_);
  dismiss(remote_);
  dismiss(timekeeper_);
  dismiss(dead_letters_);
  for (const store_gateway_actor& each : leavers())
    dismiss(each);
}

} // namespace sagad::actors

#include "tools/sagad/run_node.hpp"

#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "actors/engine.hpp"
#include "adapters/prometheus/metrics.hpp"
#include "adapters/rabbitmq/broker_url.hpp"
#include "adapters/rabbitmq/rabbitmq_bus.hpp"
#include "tools/common/engine_threads.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagad/node_store.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::tools {

namespace {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

/// How long orders may take to end after SIGTERM; what has not ended then rests in the store.
constexpr milliseconds drain_grace{2'000};

int complain(int code, const std::string& sentence) {
  std::cerr << "sagad: " << sentence << '\n';
  return code;
}

/// Signals are waited for by the main thread alone: blocked before any other thread is born.
class awaited_signals {
public:
  awaited_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  int wait() const {
    int got = 0;
    sigwait(&set_, &got);
    return got;
  }

private:
  sigset_t set_{};
};

/// Why the node goes. Set from any thread, which then wakes the main thread.
class departure {
public:
  void at_once() { leave(broken_); }
  void as_an_operator_wants() { leave(asked_); }

  bool is_at_once() const { return broken_; }
  const char* cause(int signal) const {
    if (asked_)
      return "an operator wants this node drained";
    return signal == SIGTERM ? "SIGTERM" : "SIGINT";
  }

private:
  static void leave(std::atomic<bool>& why) {
    why = true;
    ::kill(::getpid(), SIGTERM);
  }

  std::atomic<bool> broken_{false};
  std::atomic<bool> asked_{false};
};

std::string name_of(const node_settings& settings) {
  if (!settings.name.empty())
    return settings.name;
  char host[256] = "node";
  gethostname(host, sizeof host - 1);
  const std::string name = std::string{host}.substr(0, 40) + '-' + std::to_string(::getpid());
  return is_valid_id(name) ? name : "node-" + std::to_string(::getpid());
}

tl::expected<std::shared_ptr<const saga_catalog>, std::string> make_catalog(const settings_by_step& settings) {
  auto catalog = std::make_shared<saga_catalog>();
  if (auto added = catalog->add(checkout::checkout_saga, settings); !added)
    return tl::unexpected{added.error()};
  for (const auto& [step, unused] : settings)
    if (!catalog->knows_step(step))
      return tl::unexpected{"[steps." + step + "]: there is no such step, and no undo of that name"};
  return catalog;
}

/// No broker in the settings: a bus that is none.
tl::expected<actors::bus_access, std::string> connect(const node_settings& settings, const std::string& name,
                                                      const saga_catalog& catalog) {
  if (!settings.broker)
    return actors::bus_access{};
  auto ear = std::make_shared<actors::bus_ear>(wall_clock);
  auto bus = rabbitmq::connect(
      {.url = *settings.broker, .node = name, .participants = catalog.participants(), .may_be_away = true}, *ear);
  if (!bus)
    return tl::unexpected{bus.error()};
  return actors::bus_access{.ear = std::move(ear), .bus = std::move(*bus)};
}

/// Serves metrics where that is wanted.
tl::expected<std::shared_ptr<telemetry>, std::string> watch(const node_settings& settings) {
  if (!settings.http)
    return std::make_shared<telemetry>();
  return prometheus_metrics::serve(*settings.http);
}

std::string joined(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& each : words)
    list += (list.empty() ? "" : ", ") + each;
  return list;
}

void say_ready(const node_settings& settings, const std::string& name) {
  const std::string broker = settings.broker ? to_text(*rabbitmq::parse_broker_url(*settings.broker)) : "none";
  spdlog::info("the node {} is ready: roles {}; store {}; broker {}{}", name, joined(settings.roles),
               to_text(*settings.store), broker, settings.allow_faults ? "; honouring faults" : "");
}

actors::engine_limits limits_of(const node_settings& settings) {
  actors::engine_limits limits;
  limits.dead_letter_retention = settings.dead_letter_retention;
  limits.audit_every = settings.audit_every;
  return limits;
}

int drive(const node_settings& settings, const std::string& name, const awaited_signals& signals, node_store store,
          actors::bus_access bus, std::shared_ptr<const saga_catalog> catalog, std::shared_ptr<telemetry> watcher) {
  departure leaving;
  engine_threads config;
  caf::actor_system system{config};
  actors::engine engine{system,
                        {.keeper = std::move(store.keeper),
                         .gateways = std::move(store.gateways),
                         .catalog = std::move(catalog),
                         .clock = wall_clock,
                         .limits = limits_of(settings),
                         .watcher = std::move(watcher),
                         .allow_faults = settings.allow_faults,
                         .orchestrates = orchestrates(settings),
                         .plays = played_by(settings),
                         .bus = std::move(bus),
                         .open_office = [where = *settings.store] { return open_office(where); },
                         .node = name,
                         .on_store_lost = [&](const store_error&) { leaving.at_once(); },
                         .on_drain_wanted = [&] { leaving.as_an_operator_wants(); },
                         .on_broken = [&] { leaving.at_once(); }}};
  say_ready(settings, name);

  const int got = signals.wait();
  if (leaving.is_at_once()) {
    engine.abandon();
    return exit_failed;
  }
  spdlog::info("{}: taking no new orders, draining", leaving.cause(got));
  engine.shut_down(drain_grace);
  if (leaving.is_at_once()) // the lease was lost before it could be given back, which the log has told
    return exit_failed;
  spdlog::info("drained; unfinished orders rest in the store");
  return exit_done;
}

} // namespace

int run_node(const node_settings& settings) {
  const awaited_signals signals;
  if (!settings.store)
    return complain(exit_usage, "tell me where the orders are kept: --store sqlite:PATH or --store postgresql://...");
  if (const auto problem = contradiction_in(settings))
    return complain(exit_usage, *problem);
  spdlog::set_level(spdlog::level::from_str(settings.log_level));
  auto catalog = make_catalog(settings.steps);
  if (!catalog)
    return complain(exit_usage, catalog.error());

  const std::string name = name_of(settings);
  auto watcher = watch(settings);
  if (!watcher)
    return complain(exit_failed, watcher.error());
  auto bus = connect(settings, name, **catalog);
  if (!bus)
    return complain(exit_failed, bus.error());
  auto store =
      open_node_store(*settings.store, {.name = name,
                                        .initial_credit = settings.initial_credit,
                                        .allow_faults = settings.allow_faults,
                                        .plays = played_by(settings),
                                        // A participant's node, too, tells that the store's orders have listeners.
                                        .publishes = settings.broker.has_value()});
  if (!store)
    return complain(exit_failed, store.error());
  return drive(settings, name, signals, std::move(*store), std::move(*bus), std::move(*catalog), std::move(*watcher));
}

} // namespace sagad::tools

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
#include "adapters/sqlite/sqlite_store.hpp"
#include "tools/common/engine_threads.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace sagad::tools {

namespace {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

/// How long orders may take to end after SIGTERM; what has not ended then rests in the store.
constexpr milliseconds drain_grace{2'000};

moment wall_clock() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

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

std::string host_name() {
  char name[256] = "node";
  gethostname(name, sizeof name - 1);
  return name;
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

} // namespace

int run_node(const node_settings& settings) {
  if (!settings.store) {
    std::cerr << "sagad: tell me where the orders are kept: --store sqlite:PATH\n";
    return exit_usage;
  }
  spdlog::set_level(spdlog::level::from_str(settings.log_level));
  const auto catalog = make_catalog(settings.steps);
  if (!catalog) {
    std::cerr << "sagad: " << catalog.error() << '\n';
    return exit_usage;
  }
  const awaited_signals signals;
  auto opened = sqlite::open_node(
      settings.store->sqlite_file.string(),
      {.name = host_name(), .initial_credit = settings.initial_credit, .allow_faults = settings.allow_faults});
  if (!opened) {
    std::cerr << "sagad: " << opened.error().detail << '\n';
    return exit_failed;
  }

  std::atomic<bool> must_stop{false};
  const auto stop_at_once = [&] {
    must_stop = true;
    ::kill(::getpid(), SIGTERM);
  };
  engine_threads config;
  caf::actor_system system{config};
  actors::engine engine{system,
                        {.target = std::move(*opened),
                         .catalog = *catalog,
                         .clock = wall_clock,
                         .allow_faults = settings.allow_faults,
                         .on_store_lost = [&](const store_error&) { stop_at_once(); },
                         .on_broken = stop_at_once}};
  spdlog::info("the node is ready: store {}{}", to_text(*settings.store),
               settings.allow_faults ? ", honouring faults" : "");

  const int got = signals.wait();
  if (must_stop) {
    engine.abandon();
    return exit_failed;
  }
  spdlog::info("{}: taking no new orders, draining", got == SIGTERM ? "SIGTERM" : "SIGINT");
  engine.shut_down(drain_grace);
  spdlog::info("drained; unfinished orders rest in the store");
  return exit_done;
}

} // namespace sagad::tools

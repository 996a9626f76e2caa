#include <cmath>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "tools/common/tls_to_the_end.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/broker_run.hpp"
#include "tools/sagabench/load_run.hpp"
#include "tools/sagabench/order_mix.hpp"
#include "tools/sagabench/shops.hpp"

namespace {

using namespace sagad;
using namespace sagad::tools;

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

struct arguments {
  load_options load;
  std::size_t open_orders = 10'000;
  std::string store;   // where `run` runs
  std::string cluster; // where the nodes keep theirs that `submit` drives: the environment names it, and only it
  std::string broker;
  std::string prefix = "order";
};

/// To what a measurement is worth.
double rounded(double value) { return std::round(value * 100) / 100; }

/// So that no run meets the orders of another on a store that is kept.
std::string new_prefix() { return "bench-" + std::to_string(wall_clock().time_since_epoch().count()); }

/// Where it was kept, without secrets.
std::string place_of(const std::string& store) {
  const auto url = parse_store_url(store);
  return url ? to_text(*url) : store;
}

nlohmann::ordered_json to_line(const std::string& store, const arguments& given, const load_figures& f) {
  return {{"bench", "checkout"},
          {"store", place_of(store)},
          {"orders", f.orders},
          {"completed", f.completed},
          {"in_flight", given.load.in_flight},
          {"seconds", rounded(f.seconds)},
          {"orders_per_s", std::round(f.orders_per_s)},
          {"p50_ms", rounded(f.p50_ms)},
          {"p99_ms", rounded(f.p99_ms)},
          {"commits_per_order", rounded(f.commits_per_order)},
          {"items_per_commit", rounded(f.items_per_commit)}};
}

nlohmann::ordered_json measure_on(const std::string& store, const arguments& given) {
  shop busy = open_shop(store, given.load.mix);
  load_options load = given.load;
  load.prefix = new_prefix();
  return to_line(store, given, run_load(std::move(busy.node), load));
}

/// On a store of its own, because it leaves open orders behind.
nlohmann::ordered_json measure(const std::string& kind, const arguments& given) {
  shop patient = open_shop(kind, given.load.mix);
  const double bytes = bytes_per_open_order(std::move(patient.node), given.open_orders, given.load.mix);
  auto line = measure_on(kind, given);
  line["bytes_per_open_order"] = std::round(bytes);
  return line;
}

void run(const arguments& given) {
  spdlog::set_level(spdlog::level::warn);
  if (!given.store.empty()) {
    const bool scratch = given.store == "memory" || given.store == "sqlite";
    std::cout << (scratch ? measure(given.store, given) : measure_on(given.store, given)) << std::endl;
    return;
  }
  const auto memory = measure("memory", given);
  std::cout << memory << std::endl;
  auto sqlite = measure("sqlite", given);
  sqlite["ratio_to_memory"] =
      std::round(sqlite["orders_per_s"].get<double>() / memory["orders_per_s"].get<double>() * 100) / 100;
  std::cout << sqlite << std::endl;
}

void submit(const arguments& given) {
  load_options load = given.load;
  load.prefix = new_prefix();
  const broker_figures f = run_through_broker(given.broker, given.cluster, load);
  const auto orders = static_cast<double>(given.load.orders);
  const nlohmann::ordered_json line{{"bench", "submit"},
                                    {"store", place_of(given.cluster)},
                                    {"orders", given.load.orders},
                                    {"accepted", f.accepted},
                                    {"completed", f.completed},
                                    {"in_flight", given.load.in_flight},
                                    {"answers_per_s", std::round(orders / f.answered_s)},
                                    {"orders_per_s", std::round(orders / f.ended_s)},
                                    {"answer_p50_ms", rounded(f.p50_ms)},
                                    {"answer_p99_ms", rounded(f.p99_ms)}};
  std::cout << line << std::endl;
}

void print_mix(const arguments& given) {
  order_mix mix{given.load.mix};
  for (std::size_t i = 0; i < given.load.orders; ++i)
    std::cout << checkout::canonical_text(mix.next(given.prefix, i)) << '\n';
}

void declare_mix(CLI::App& app, arguments& given) {
  app.add_option("--orders", given.load.orders, "how many")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--customers", given.load.mix.customers, "how many buy")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--skus", given.load.mix.skus, "how many are sold")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seed", given.load.mix.seed, "the same seed makes the same orders")->capture_default_str();
}

} // namespace

int main(int argc, char** argv) {
  keep_tls_to_the_end();
  CLI::App app{"sagabench: measures the whole engine, durable: in one process, or a cluster through its broker.\n"
               "Prints one JSON line for each measurement."};
  app.footer("Example:\n  sagabench run --orders 100000\n  sagabench mix --orders 10 | sagactl order submit -");
  app.require_subcommand(1);
  arguments given;
  CLI::App* running = app.add_subcommand("run", "orders/s, latency, commits and memory, on any store");
  declare_mix(*running, given);
  running->add_option("--in-flight", given.load.in_flight, "orders open at once")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  running->add_option("--open-orders", given.open_orders, "orders to measure memory with")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  running->add_option("--store", given.store, "only this one: memory, sqlite, or the URL of a store to fill")
      ->type_name("STORE");
  CLI::App* submitting = app.add_subcommand("submit", "submit through RabbitMQ to nodes that run, until all has ended");
  declare_mix(*submitting, given);
  submitting->add_option("--in-flight", given.load.in_flight, "submissions without an answer at once")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  submitting->add_option("--store", given.cluster, "the nodes' store")->envname("SAGAD_STORE")->required();
  submitting->add_option("--broker", given.broker, "the nodes' broker")->envname("SAGAD_BROKER")->required();
  CLI::App* mixing = app.add_subcommand("mix", "print made-up orders, one JSON line each");
  declare_mix(*mixing, given);
  mixing->add_option("--prefix", given.prefix, "of the order ids")->capture_default_str();
  mixing->add_option("--faults-per-mille", given.load.mix.faults_per_mille, "orders that carry an instruction to fail")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_usage;
  }
  try {
    if (running->parsed())
      run(given);
    else if (submitting->parsed())
      submit(given);
    else
      print_mix(given);
    return std::cout.flush() ? 0 : exit_failed;
  } catch (const std::exception& e) {
    std::cerr << "sagabench: " << e.what() << '\n';
    return exit_failed;
  }
}

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "tools/common/tls_to_the_end.hpp"
#include "tools/sagad/node_settings.hpp"
#include "tools/sagad/node_store.hpp"
#include "tools/sagad/run_node.hpp"

namespace {

using namespace sagad;

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

int migrate(const tools::node_settings& settings) {
  if (!settings.store) {
    std::cerr << "sagad: tell me which store to migrate: sagad migrate --store sqlite:PATH or postgresql://...\n";
    return exit_usage;
  }
  const auto done = tools::migrate_store(*settings.store);
  if (!done) {
    std::cerr << "sagad: " << done.error() << '\n';
    return exit_failed;
  }
  std::cerr << "sagad: " << to_text(*settings.store) << " has schema " << done->to
            << (done->from == done->to ? ", as before\n" : "\n");
  return 0;
}

void declare(CLI::App& app, tools::node_flags& flags) {
  app.add_option("--config", flags.config_files, "a TOML file; may be given again, later ones win")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--store", flags.store, "where the orders are kept: sqlite:shop.db or postgresql://HOST/DATABASE")
      ->type_name("URL");
  app.add_option("--broker", flags.broker, "RabbitMQ: amqp://USER:PASSWORD@HOST/VHOST, amqps://... (none)")
      ->type_name("URL");
  app.add_option("--roles", flags.roles, "what it does: some of orchestrator,payment,inventory,delivery (all)")
      ->type_name("LIST");
  app.add_option("--name", flags.name, "how operators see the node (the host's name and the process's id)")
      ->type_name("NAME");
  app.add_option("--initial-credit", flags.initial_credit, "what a new customer's wallet holds, in minor units (500)")
      ->type_name("N");
  app.add_flag("--allow-faults", flags.allow_faults, "honour the instructions to fail in submissions: for tests only");
  app.add_option("--http", flags.http, "where Prometheus reads its metrics, at /metrics: 127.0.0.1:9464 (nowhere)")
      ->type_name("ADDR:PORT");
  app.add_option("--dead-letter-retention", flags.dead_letter_retention,
                 "for how long a discarded dead letter can be restored (30d)")
      ->type_name("DURATION");
  app.add_option("--audit-every", flags.audit_every,
                 "how often it checks its promises on the whole store; 0s: never (10m)")
      ->type_name("DURATION");
  app.add_option("--log-level", flags.log_level, "debug, info, warn or error (info)")->type_name("LEVEL");
}

} // namespace

int main(int argc, char** argv) {
  tools::keep_tls_to_the_end();
  spdlog::set_default_logger(spdlog::stderr_color_mt("sagad")); // stdout is for data
  CLI::App app{"sagad: drives each order through payment, inventory and delivery, and keeps every promise across "
               "crashes.\nSettings are layered: built-in, --config files in their order, SAGAD_* variables, flags."};
  app.footer("Examples:\n  sagad --store sqlite:shop.db --initial-credit 500\n"
             "  sagad --store postgresql://db/shop --broker amqp://mq --name node-1\n"
             "  sagad --store sqlite:payments.db --broker amqp://mq --roles payment\n"
             "SIGTERM drains and exits 0. Operate it with sagactl.");
  tools::node_flags flags;
  declare(app, flags);
  CLI::App* migrating = app.add_subcommand("migrate", "create or upgrade the store's schema, and exit");
  migrating->fallthrough();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_usage;
  }
  const auto settings = tools::layer_settings(flags, environment);
  if (!settings) {
    std::cerr << "sagad: " << settings.error() << '\n';
    return exit_usage;
  }
  return migrating->parsed() ? migrate(*settings) : tools::run_node(*settings);
}

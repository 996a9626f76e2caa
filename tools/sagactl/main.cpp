#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tools/common/store_url.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/audit_command.hpp"
#include "tools/sagactl/interrupt.hpp"
#include "tools/sagactl/node_commands.hpp"
#include "tools/sagactl/open_store.hpp"
#include "tools/sagactl/order_commands.hpp"
#include "tools/sagactl/shop_commands.hpp"
#include "tools/sagactl/status_command.hpp"

namespace {

using namespace sagad;
using namespace sagad::ctl;

/// What the operator asked for.
struct request {
  std::string store;
  std::optional<output_format> format;
  command_fn command;
};

const std::map<std::string, output_format> formats{{"table", output_format::table},
                                                   {"json", output_format::json},
                                                   {"jsonl", output_format::jsonl},
                                                   {"ids", output_format::ids}};

void describe(CLI::App& app, request& asked) {
  app.name("sagactl");
  app.require_subcommand(1);
  app.fallthrough(); // --store and -o are taken anywhere on the line
  app.add_option("--store", asked.store, "The store: sqlite:PATH or postgresql://...")->envname("SAGAD_STORE");
  app.add_option("-o,--output", asked.format, "table, json, jsonl or ids")
      ->transform(CLI::CheckedTransformer(formats).description(""));
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage, 3 not permitted, 4 not found, 5 unhealthy or stuck, 130 interrupted");

  add_verb(app, asked.command, "status", "Tell whether anything is wrong, and what; exit 5 when it is",
           "sagactl status", show_status);
  add_order_group(app, asked.command);
  add_shop_groups(app, asked.command);
  add_node_group(app, asked.command);
  add_verb(app, asked.command, "audit", "Check that every promise is kept; exit 5 and the offenders when not",
           "sagactl audit -o ids", audit_store);
}

exit_code refuse(exit_code code, const std::string& sentence) {
  std::cerr << "error: " << sentence << '\n';
  return code;
}

exit_code refuse_usage(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& words) {
  const std::string unknown = unknown_verb(app, words);
  return refuse(exit_code::usage,
                (unknown.empty() ? error.what() : unknown) + "\nSee sagactl --help, or --help after any verb.");
}

/// A URL may hold a password, and advice repeats it.
std::string printable_store(const std::string& url) {
  const auto where = tools::parse_store_url(url);
  return where ? to_text(*where) : std::string{};
}

exit_code run(const request& asked) {
  if (asked.store.empty())
    return refuse(exit_code::usage,
                  "Say which store: --store sqlite:PATH or postgresql://USER@HOST/DATABASE, or set SAGAD_STORE.");
  const auto office = open_store(asked.store);
  if (!office)
    return refuse(office.error().code, office.error().sentence);

  session s{.office = **office,
            .store = printable_store(asked.store),
            .format = asked.format,
            .out = std::cout,
            .err = std::cerr,
            .on = screen_of_stdout(),
            .now = tools::wall_clock,
            .pause = [](milliseconds time) { std::this_thread::sleep_for(time); }};
  const exit_code code = asked.command(s);
  std::cout.flush();
  if (!std::cout && !stdout_reader_is_gone())
    return refuse(exit_code::failed, "The output could not be written; is its disk full?");
  return code;
}

} // namespace

int main(int argc, char** argv) {
  install_signal_handlers();
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> words{argv + 1, argv + argc};
  CLI::App app{"The operator's view of a sagad store: submit orders, watch them, check the books."};
  request asked;
  describe(app, asked);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(refuse_usage(app, error, words));
  }
  return static_cast<int>(run(asked));
}

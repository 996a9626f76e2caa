#include <exception>
#include <functional>
#include <iostream>

#include <CLI/CLI.hpp>

#include "tools/sagachaos/commands.hpp"
#include "tools/sagachaos/storm/storm_command.hpp"

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

} // namespace

int main(int argc, char** argv) {
  using namespace sagad;
  CLI::App app{"sagachaos: breaks a saga in every way there is, before somebody else does, and checks every promise.\n"
               "Ends with a certificate (exit 0), or with the shortest schedule that breaks a promise (exit 1)."};
  app.footer("Examples:\n  sagachaos exhaust\n  sagachaos exhaust --definition return --pairs\n"
             "  sagachaos replay sagachaos-schedule.json\n  sagachaos storm --seed 7\n"
             "Your own definition: tools/sagachaos/README.md.");
  app.require_subcommand(1);
  std::function<int()> chosen;
  chaos::add_exhaust(app, chosen);
  chaos::add_replay(app, chosen);
  chaos::add_storm(app, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : exit_usage;
  }
  try {
    const int code = chosen();
    return std::cout.flush() ? code : exit_failed;
  } catch (const std::exception& e) {
    std::cerr << "sagachaos: " << e.what() << '\n';
    return exit_failed;
  }
}

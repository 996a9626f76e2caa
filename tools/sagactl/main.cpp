#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "tools/common/store_url.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagactl/arguments.hpp"
#include "tools/sagactl/command_line.hpp"
#include "tools/sagactl/interrupt.hpp"
#include "tools/sagactl/open_store.hpp"
#include "tools/sagactl/operator_name.hpp"
#include "tools/sagactl/status_command.hpp"
#include "workflows/checkout/checkout_saga.hpp"

namespace {

using namespace sagad;
using namespace sagad::ctl;

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

exit_code finish_output(exit_code code) {
  std::cout.flush();
  if (!std::cout && !stdout_reader_is_gone())
    return refuse(exit_code::failed, "The output could not be written; is its disk full?");
  return code;
}

exit_code run(const request& asked, bool wants_status) {
  if (asked.text) {
    std::cout << *asked.text;
    return finish_output(exit_code::done);
  }
  if (asked.store.empty())
    return refuse(exit_code::usage,
                  "Say which store: --store sqlite:PATH or postgresql://USER@HOST/DATABASE, or set SAGAD_STORE.");
  const auto office = open_store(asked.store);
  if (!office && wants_status && office.error().code == exit_code::failed)
    return finish_output(show_status_without_store(
        std::cout, screen_of_stdout(), asked.format.value_or(output_format::table), office.error().sentence));
  if (!office)
    return refuse(office.error().code, office.error().sentence);

  saga_catalog definitions;
  if (const auto added = definitions.add(checkout::checkout_saga); !added)
    return refuse(exit_code::failed, added.error());

  session s{.office = **office,
            .definitions = definitions,
            .store = printable_store(asked.store),
            .who = operator_name(asked.who),
            .pacer = name_of_this_run(),
            .format = asked.format,
            .in = std::cin,
            .out = std::cout,
            .err = std::cerr,
            .on = screen_of_stdout(),
            .in_is_terminal = stdin_is_terminal(),
            .err_is_terminal = stderr_is_terminal(),
            .now = tools::wall_clock,
            .pause = [](milliseconds time) { std::this_thread::sleep_for(time); },
            .interrupted = interrupt_waits};
  return finish_output(asked.command(s));
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
  return static_cast<int>(run(asked, app.got_subcommand("status")));
}

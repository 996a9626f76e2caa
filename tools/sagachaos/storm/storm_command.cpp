#include "tools/sagachaos/storm/storm_command.hpp"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "tools/sagachaos/storm/certificate.hpp"
#include "tools/sagachaos/storm/interruption.hpp"
#include "tools/sagachaos/storm/private_folder.hpp"
#include "tools/sagachaos/storm/storm_run.hpp"
#include "workflows/duration.hpp"

namespace sagad::chaos {

namespace {

constexpr int exit_kept = 0;
constexpr int exit_broken = 1;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;

/// As on the command line.
struct arguments {
  std::string scenario_file;
  std::string print_scenario;
  std::uint64_t seed = 0;
  bool seed_given = false;
  std::string lasts;
  std::size_t faults = 0;
  std::size_t nodes = 0;
  std::size_t brokers = 0;
  std::string programs;
  std::string timeline;
  std::string output = "text";
};

/// What is wrong with how we were called.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string read_file(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw usage_error{file + " cannot be read"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string scenario_text(const std::string& named) {
  if (const auto known = storm::built_in_scenario(named))
    return std::string{*known};
  return read_file(named);
}

storm::scenario chosen_scenario(const arguments& given) {
  const std::string name = given.scenario_file.empty() ? "default" : given.scenario_file;
  auto read = storm::parse_scenario(scenario_text(name));
  if (!read)
    throw usage_error{name + ": " + read.error()};
  if (given.nodes > 0)
    read->nodes = given.nodes;
  if (given.brokers > 0)
    read->brokers = given.brokers;
  return std::move(*read);
}

storm::storm_options options_for(const arguments& given, const storm::private_folder& folder) {
  storm::storm_options options{.what = chosen_scenario(given),
                               .named = given.scenario_file.empty() ? "default" : given.scenario_file,
                               .seed = given.seed_given ? given.seed : std::random_device{}(),
                               .lasts = {},
                               .faults = {},
                               .programs = given.programs,
                               .folder = folder.path(),
                               .timeline_file = given.timeline,
                               .shows_progress = ::isatty(STDERR_FILENO) == 1};
  if (!given.lasts.empty()) {
    options.lasts = parse_duration(given.lasts);
    if (!options.lasts || *options.lasts == milliseconds{0})
      throw usage_error{"--for must be a duration like 3m or 90s"};
  }
  if (given.faults > 0)
    options.faults = given.faults;
  if (options.programs.empty())
    options.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  options.programs = std::filesystem::absolute(options.programs);
  if (options.timeline_file.empty())
    options.timeline_file = folder.path() / "timeline.jsonl";
  return options;
}

int run(const arguments& given) {
  std::signal(SIGPIPE, SIG_IGN);
  const storm::interruption on_wish;
  storm::private_folder folder;
  const storm::storm_options options = options_for(given, folder);
  std::cerr << "sagachaos: storm " << options.what.name << " with seed " << options.seed << " in "
            << folder.path().string() << '\n';
  storm::storm_report report;
  try {
    report = storm::run_storm(options);
  } catch (const storm::interrupted&) {
    throw;
  } catch (const std::exception&) {
    folder.keep();
    std::cerr << "sagachaos: the logs are in " << folder.path().string() << '\n';
    throw;
  }
  const bool clean = is_clean(report);
  if (!clean)
    folder.keep();
  const std::string kept_in = clean ? "" : folder.path().string();
  if (given.output == "json")
    std::cout << certificate_json(options, report, kept_in)
                     .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << '\n';
  else
    std::cout << certificate_text(options, report, kept_in);
  std::cout.flush();
  return clean ? exit_kept : exit_broken;
}

int guarded_run(const arguments& given) {
  try {
    if (given.print_scenario.empty())
      return run(given);
    std::cout << scenario_text(given.print_scenario) << std::flush;
    return exit_kept;
  } catch (const storm::interrupted&) {
    std::cerr << "\nsagachaos: interrupted; nothing is left behind\n";
    return exit_interrupted;
  } catch (const usage_error& e) {
    std::cerr << "sagachaos: " << e.what() << '\n';
    return exit_usage;
  } catch (const std::exception& e) {
    std::cerr << "sagachaos: " << e.what() << '\n';
    return exit_broken;
  }
}

} // namespace

void add_storm(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* storm = app.add_subcommand(
      "storm", "real nodes, brokers and a database, under load: kill, stop, cut off, slow down and corrupt them, and "
               "hold everybody to their promises");
  const auto given = std::make_shared<arguments>();
  storm->add_option("--scenario", given->scenario_file, "default, long, or a TOML file that says what shall happen")
      ->type_name("FILE");
  storm->add_option("--print-scenario", given->print_scenario, "print default or long, to start from")
      ->type_name("NAME");
  storm->add_option("--seed", given->seed, "the same seed plans the same faults (random)");
  storm->add_option("--for", given->lasts, "how long the storm lasts; its phases are repeated")->type_name("3m");
  storm->add_option("--faults", given->faults, "or how many faults strike")->check(CLI::PositiveNumber);
  storm->add_option("--nodes", given->nodes, "how many nodes, instead of the scenario's")->check(CLI::Range(1, 20));
  storm->add_option("--brokers", given->brokers, "1 or 3, instead of the scenario's")
      ->check(CLI::IsMember(std::vector<int>{1, 3}));
  storm->add_option("--programs", given->programs, "the folder of sagad (where sagachaos is)")->type_name("DIR");
  storm->add_option("--timeline", given->timeline, "keep what happened when, one JSON object a line")
      ->type_name("FILE");
  storm->add_option("-o,--output", given->output, "text or json")->check(CLI::IsMember({"text", "json"}));
  storm->footer("Examples:\n  sagachaos storm\n  sagachaos storm --seed 7 --faults 200 --brokers 3\n"
                "  sagachaos storm --print-scenario long > mine.toml\n  sagachaos storm --scenario mine.toml --for 8h\n"
                "It needs PostgreSQL's and RabbitMQ's programs, touches no server but its own, and leaves nothing "
                "behind.\nExit: 0 every promise was kept, 1 one was broken, 2 usage, 130 interrupted.");
  storm->callback([given, storm, &chosen] {
    given->seed_given = storm->count("--seed") > 0;
    chosen = [given] { return guarded_run(*given); };
  });
}

} // namespace sagad::chaos

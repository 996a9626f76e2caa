#include "tools/sagachaos/commands.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tools/sagachaos/certificate.hpp"
#include "tools/sagachaos/exhaust.hpp"
#include "tools/sagachaos/linked_subjects.hpp"
#include "tools/sagachaos/progress.hpp"

namespace sagad::chaos {

namespace {

constexpr int exit_broken = 1;
constexpr int exit_usage = 2;
/// What a schedule can hold.
constexpr std::uint64_t seed_max = std::numeric_limits<std::int64_t>::max();

int complain(const std::string& what) {
  std::cerr << "sagachaos: " << what << '\n';
  return exit_usage;
}

int complain_about_definition(const std::string& name) {
  return complain("there is no definition " + name + " in this program; it has " + linked_names());
}

void declare_output(CLI::App& app, std::string& output) {
  app.add_option("-o,--output", output, "text for people, json for programs")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
}

// --- exhaust -------------------------------------------------------------------------------------------------

struct exhaust_arguments {
  std::string definition = "checkout";
  exhaust_options options{.jobs = std::max(1U, std::thread::hardware_concurrency())};
  bool lists = false;
  std::string save_to = "sagachaos-schedule.json";
  std::string output = "text";
};

int list_scenarios(const subject& of) {
  for (const scenario& each : scenarios_of(of))
    std::cout << each.name << '\n';
  return 0;
}

void save(const schedule& what, const std::string& to) {
  std::ofstream file{to};
  file << to_text(what);
  file.close();
  if (file.good())
    std::cerr << "sagachaos: the schedule is in " << to << "; see it step by step: sagachaos replay " << to << '\n';
  else
    std::cerr << "sagachaos: the schedule could not be written to " << to << "; it stands above\n";
}

int exhaust_as_told(exhaust_arguments given) {
  const auto of = linked_subject(given.definition);
  if (!of)
    return complain_about_definition(given.definition);
  if (given.lists)
    return list_scenarios(*of);
  exhaust_result result;
  {
    progress bar;
    given.options.on_progress = [&](std::size_t done, std::size_t total) { bar.show(done, total); };
    try {
      result = exhaust(*of, given.options);
    } catch (const std::invalid_argument& e) {
      return complain(std::string{e.what()} + "; --list tells which there are");
    }
  }
  std::cout << (given.output == "json" ? to_json(result) : to_text(result)) << std::flush;
  if (!result.found)
    return 0;
  save(result.found->what, given.save_to);
  return exit_broken;
}

// --- replay --------------------------------------------------------------------------------------------------

struct replay_arguments {
  std::string file;
  std::string output = "text";
};

/// One byte more than a schedule may have, at most.
std::optional<std::string> read(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::string text(schedule_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in.eof() && in.fail()) || !in.is_open())
    return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

int replay_as_told(const replay_arguments& given) {
  const auto text = read(given.file);
  if (!text)
    return complain("the schedule " + given.file + " cannot be read");
  const auto what = schedule_from(*text);
  if (!what)
    return complain(given.file + ": " + what.error());
  const auto of = linked_subject(what->definition);
  if (!of)
    return complain_about_definition(what->definition);
  if (of->saga->version != what->version)
    return complain("the schedule is for " + what->definition + " v" + std::to_string(what->version) +
                    "; this program has v" + std::to_string(of->saga->version));
  try {
    const replayed run = replay(*of, *what);
    std::cout << (given.output == "json" ? to_json(run) : to_text(run)) << std::flush;
    return run.broken.empty() ? 0 : exit_broken;
  } catch (const std::invalid_argument& e) {
    return complain(e.what());
  }
}

} // namespace

void add_exhaust(CLI::App& app, std::function<int()>& chosen) {
  const auto given = std::make_shared<exhaust_arguments>();
  CLI::App* command = app.add_subcommand("exhaust", "every fault at every point of a definition, on virtual time");
  command->footer("Examples:\n  sagachaos exhaust\n  sagachaos exhaust --definition return --seed 7\n"
                  "  sagachaos exhaust --pairs --jobs 2 -o json > certificate.json\n"
                  "  sagachaos exhaust --cases apart:succeeds,together:empty-shelf --pairs");
  command->add_option("--definition", given->definition, "which one: " + linked_names())->capture_default_str();
  command->add_flag("--pairs", given->options.pairs, "every two faults too: takes many minutes");
  command->add_option("--seed", given->options.seed, "take messages in an order that depends on it; 0: as they came")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, seed_max));
  command->add_option("--cases", given->options.only, "only these scenarios, with commas between them")
      ->delimiter(',')
      ->type_name("NAME");
  command->add_flag("--list", given->lists, "print the scenarios' names, and do nothing else");
  command->add_option("--jobs", given->options.jobs, "how many runs at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->add_option("--save", given->save_to, "where to write the schedule that breaks a promise")
      ->capture_default_str()
      ->type_name("FILE");
  declare_output(*command, given->output);
  command->callback([given, &chosen] { chosen = [given] { return exhaust_as_told(*given); }; });
}

void add_replay(CLI::App& app, std::function<int()>& chosen) {
  const auto given = std::make_shared<replay_arguments>();
  CLI::App* command = app.add_subcommand("replay", "show one schedule step by step");
  command->footer("Example:\n  sagachaos replay sagachaos-schedule.json");
  command->add_option("SCHEDULE", given->file, "a file that `sagachaos exhaust` wrote")->required();
  declare_output(*command, given->output);
  command->callback([given, &chosen] { chosen = [given] { return replay_as_told(*given); }; });
}

} // namespace sagad::chaos

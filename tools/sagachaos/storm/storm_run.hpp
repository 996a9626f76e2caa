#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/sagachaos/storm/judge.hpp"
#include "tools/sagachaos/storm/recovery.hpp"
#include "tools/sagachaos/storm/scenario.hpp"
#include "tools/sagachaos/storm/watch.hpp"

namespace sagad::chaos::storm {

struct storm_options {
  scenario what;
  /// How it was asked for: a name or a file.
  std::string named = "default";
  std::uint64_t seed = 1;
  /// How long the storm lasts, or how many faults strike: its phases are repeated until then. Neither: each comes once.
  std::optional<milliseconds> lasts;
  std::optional<std::size_t> faults;
  /// The folder of sagad.
  std::filesystem::path programs;
  /// For servers, logs and stores.
  std::filesystem::path folder;
  std::filesystem::path timeline_file;
  /// A line on stderr that is written over again and again.
  bool shows_progress = false;
};

/// What a storm did, and what was found.
struct storm_report {
  /// A promise was broken in the middle of it: nobody was waited for, and no order asked after.
  bool broken_off = false;
  milliseconds started_in{0};
  milliseconds stormed{0};
  /// From the end of the storm until the last order had ended and its facts were out; none: not within the bound.
  std::optional<milliseconds> calmed;
  std::map<std::string, std::size_t> faults;
  std::size_t faults_struck = 0;
  std::size_t faults_missed = 0;
  std::size_t restarts = 0;
  std::size_t bits_turned = 0;
  std::size_t facts = 0;
  std::size_t repetitions = 0;
  std::size_t overtaken = 0;
  watch_report watched;
  std::optional<recovery> worst;
  verdict found;
};

/// Builds up a cluster, lets the storm loose, and holds everybody to their promises. Blocks until all is over and torn
/// down. Spawns processes that end with the calling thread. Throws `std::runtime_error` with a sentence when there
/// could be no storm, and `interrupted`.
storm_report run_storm(const storm_options& options);

} // namespace sagad::chaos::storm

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "tools/common/store_url.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::tools {

/// How a node was told to run. Layered: built-in < files in the order given < environment `SAGAD_*` < flags.
struct node_settings {
  std::optional<store_url> store;
  std::int64_t initial_credit = 500;
  bool allow_faults = false;
  std::string log_level = "info";
  settings_by_step steps;
};

/// What stands on the command line; absent members were not given.
struct node_flags {
  std::vector<std::string> config_files;
  std::optional<std::string> store;
  std::optional<std::int64_t> initial_credit;
  bool allow_faults = false;
  std::optional<std::string> log_level;
};

/// Looks up one environment variable; none when it is not set.
using environment_fn = std::optional<std::string> (*)(const char* name);

/// Puts the layers over one another. The error is a sentence that names the file or variable and the key; a key
/// that means nothing is an error too.
tl::expected<node_settings, std::string> layer_settings(const node_flags& flags, environment_fn environment);

} // namespace sagad::tools

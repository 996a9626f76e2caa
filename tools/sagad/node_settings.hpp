#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "tools/common/store_url.hpp"
#include "workflows/moment.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::tools {

/// What a node may do. `orchestrator` drives orders, and plays the participants `orders` and `notification`; the
/// others are participants.
inline constexpr std::array<std::string_view, 4> every_role{"orchestrator", "payment", "inventory", "delivery"};

/// How a node was told to run. Layered: built-in < files in the order given < environment `SAGAD_*` < flags.
struct node_settings {
  std::optional<store_url> store;
  /// As written; holds a password. Checked: `rabbitmq::parse_broker_url` takes it.
  std::optional<std::string> broker;
  /// Of `every_role`, each at most once; never empty.
  std::vector<std::string> roles{every_role.begin(), every_role.end()};
  /// As operators see it; empty: made of the host's name and the process's id.
  std::string name;
  std::int64_t initial_credit = 500;
  bool allow_faults = false;
  std::string log_level = "info";
  /// ADDRESS:PORT where metrics are served; none: nowhere.
  std::optional<std::string> http;
  /// For how long a discarded dead letter can be restored.
  milliseconds dead_letter_retention{std::chrono::hours{24 * 30}};
  /// How often the node checks its promises on the whole store; 0: never.
  milliseconds audit_every{std::chrono::minutes{10}};
  settings_by_step steps;
};

/// What stands on the command line; absent members were not given.
struct node_flags {
  std::vector<std::string> config_files;
  std::optional<std::string> store;
  std::optional<std::string> broker;
  std::optional<std::string> roles;
  std::optional<std::string> name;
  std::optional<std::int64_t> initial_credit;
  std::optional<bool> allow_faults;
  std::optional<std::string> log_level;
  std::optional<std::string> http;
  std::optional<std::string> dead_letter_retention;
  std::optional<std::string> audit_every;
};

/// Looks up one environment variable; none when it is not set. An empty one counts as not set.
using environment_fn = std::optional<std::string> (*)(const char* name);

/// Puts the layers over one another. The error is a sentence that names the file or variable and the key; a key
/// that means nothing is an error too.
tl::expected<node_settings, std::string> layer_settings(const node_flags& flags, environment_fn environment);

/// True when it drives orders.
bool orchestrates(const node_settings& settings);

/// The participants that it plays.
std::vector<std::string> played_by(const node_settings& settings);

/// A sentence about settings that are right each for itself and cannot be right together; none when they can.
std::optional<std::string> contradiction_in(const node_settings& settings);

} // namespace sagad::tools

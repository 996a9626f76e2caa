#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "workflows/moment.hpp"

namespace sagad::chaos::storm {

/// What is done to something.
enum class deed : std::uint8_t { kill, stop, drain, cut, freeze, slow, corrupt, fill };
/// To what. A link is what connects one node, or the participant, to the store or to all brokers.
enum class target : std::uint8_t { node, participant, broker, database, store_link, broker_link, disk };

/// As in a scenario: `kill`, ..., `node`, `store-link`, ...
std::string_view to_string(deed d);
std::string_view to_string(target t);

/// How an order ends when everybody does what they are told. See known_orders.hpp.
enum class order_kind : std::uint8_t { plain, clumsy, broke, sold_out, undeliverable, stubborn, doomed, unknown_item };
inline constexpr std::size_t order_kinds_count = 8;
std::string_view to_string(order_kind k);

/// From the first to the last, both included.
struct span_of_time {
  milliseconds from{0};
  milliseconds to{0};

  friend bool operator==(const span_of_time&, const span_of_time&) = default;
};

/// One kind of fault, and how often it comes among the others of its phase.
struct fault_rule {
  deed what = deed::kill;
  target whom = target::node;
  int weight = 1;
  span_of_time lasts{};
  /// Of `slow` alone: how much later each byte comes; how many pass in a second, zero for all.
  milliseconds delay{0};
  std::size_t bytes_per_s = 0;
  /// Of `corrupt` alone.
  std::size_t once_in_bytes = 0;

  friend bool operator==(const fault_rule&, const fault_rule&) = default;
};

/// A stretch of the storm; ends after a time or after a number of faults, one of which is set.
struct storm_phase {
  std::string name;
  std::optional<milliseconds> lasts;
  std::optional<std::size_t> faults_max;
  /// Between the beginnings of two faults.
  span_of_time quiet{};
  std::vector<fault_rule> faults;

  friend bool operator==(const storm_phase&, const storm_phase&) = default;
};

/// What is built up and what is done to it. A value; see README.md for the file.
struct scenario {
  std::string name;

  std::size_t nodes = 3;
  std::size_t brokers = 1;
  /// Delivery is played by a node of its own, with a store of its own, instead of by all.
  bool participant = true;
  /// Nodes speak TLS with the database and the brokers.
  bool tls = false;
  /// Settings of every node, as in its --config file.
  std::string node_config;

  double orders_per_s = 40;
  std::size_t customers = 100;
  /// Of a hundred orders, how many are submitted twice at once, and how many nobody asks after.
  int twins_percent = 5;
  int careless_percent = 10;
  /// How often each kind comes; what is not named does not come.
  std::map<order_kind, int> kinds;

  std::vector<storm_phase> phases;
  /// How long after the storm the last order may take to end.
  milliseconds calm_within{120'000};
  milliseconds audit_every{5'000};
  /// Of a hundred orders, how many may have been given up.
  std::size_t given_up_percent_max = 25;

  friend bool operator==(const scenario&, const scenario&) = default;
};

/// Reads a scenario in TOML. Everything that is not known is refused by its name, as is what cannot be done to what
/// it is done to, and corruption without TLS, which nobody could notice. Pure; the error is a sentence.
tl::expected<scenario, std::string> parse_scenario(std::string_view toml);

/// The scenarios that come with the program: `default`, `long`. None for any other name.
std::optional<std::string_view> built_in_scenario(std::string_view name);

} // namespace sagad::chaos::storm

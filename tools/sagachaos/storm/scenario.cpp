#include "tools/sagachaos/storm/scenario.hpp"

#include <algorithm>
#include <sstream>

#include <toml++/toml.h>

#include "tools/sagachaos/storm/strict_table.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr std::size_t scenario_bytes_max = 1'000'000;
constexpr std::size_t phases_max = 1'000;
constexpr std::size_t rules_max = 1'000;
constexpr std::int64_t weight_max = 1'000'000;

using combination = std::pair<deed, target>;
constexpr std::array<combination, 19> possible{{
    {deed::kill, target::node},         {deed::kill, target::participant},   {deed::kill, target::broker},
    {deed::kill, target::database},     {deed::stop, target::node},          {deed::stop, target::participant},
    {deed::stop, target::broker},       {deed::stop, target::database},      {deed::drain, target::node},
    {deed::drain, target::participant}, {deed::cut, target::store_link},     {deed::cut, target::broker_link},
    {deed::freeze, target::store_link}, {deed::freeze, target::broker_link}, {deed::slow, target::store_link},
    {deed::slow, target::broker_link},  {deed::corrupt, target::store_link}, {deed::corrupt, target::broker_link},
    {deed::fill, target::disk},
}};

template <class Word, std::size_t N>
std::optional<Word> word_from(std::string_view text, const std::array<Word, N>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](Word w) { return to_string(w) == text; });
  return found == all.end() ? std::nullopt : std::optional{*found};
}

constexpr std::array deeds{deed::kill,   deed::stop, deed::drain,   deed::cut,
                           deed::freeze, deed::slow, deed::corrupt, deed::fill};
constexpr std::array targets{target::node,       target::participant, target::broker, target::database,
                             target::store_link, target::broker_link, target::disk};
constexpr std::array kinds{order_kind::plain,    order_kind::clumsy,        order_kind::broke,
                           order_kind::sold_out, order_kind::undeliverable, order_kind::stubborn,
                           order_kind::doomed,   order_kind::unknown_item};
static_assert(kinds.size() == order_kinds_count);

/// A word of a list; refuses any other.
template <class Word, std::size_t N>
void read_word(strict_table& in, std::string_view key, Word& to, const std::array<Word, N>& all) {
  std::string text;
  in.read(key, text);
  if (const auto word = word_from(text, all)) {
    to = *word;
    return;
  }
  std::string choice;
  for (const Word w : all)
    choice += (choice.empty() ? "" : ", ") + std::string{to_string(w)};
  in.refuse(key, "must be one of " + choice);
}

void read_weather(strict_table& in, fault_rule& to) {
  in.read("delay", to.delay);
  in.read("bytes_per_s", to.bytes_per_s, 1, std::int64_t{1} << 40);
  in.read("once_in_bytes", to.once_in_bytes, 1, std::int64_t{1} << 40);
  if (to.what == deed::slow && to.delay == milliseconds{0} && to.bytes_per_s == 0)
    in.refuse("do", "is slow, and says neither delay nor bytes_per_s");
  if (to.what != deed::slow && (to.delay != milliseconds{0} || to.bytes_per_s != 0))
    in.refuse("do", "is not slow, and cannot have delay or bytes_per_s");
  if ((to.what == deed::corrupt) != (to.once_in_bytes != 0))
    in.refuse("once_in_bytes", "belongs to corrupt, and to nothing else");
}

fault_rule read_rule(const toml::table& table, const std::string& where, first_problem& problem) {
  strict_table in{table, where, problem, {"do", "to", "weight", "for", "delay", "bytes_per_s", "once_in_bytes"}};
  fault_rule rule;
  read_word(in, "do", rule.what, deeds);
  read_word(in, "to", rule.whom, targets);
  if (std::find(possible.begin(), possible.end(), combination{rule.what, rule.whom}) == possible.end())
    in.refuse("do", "is " + std::string{to_string(rule.what)} + ", which cannot be done to a " +
                        std::string{to_string(rule.whom)});
  in.read("weight", rule.weight, 1, weight_max);
  in.read("for", rule.lasts);
  read_weather(in, rule);
  return rule;
}

storm_phase read_phase(const toml::table& table, const std::string& where, first_problem& problem) {
  strict_table in{table, where, problem, {"name", "for", "count", "quiet", "faults"}};
  storm_phase phase;
  in.read("name", phase.name);
  if (phase.name.empty())
    in.refuse("name", "is missing");
  milliseconds lasts{0};
  std::size_t count = 0;
  in.read("for", lasts);
  in.read("count", count, 1, 1'000'000'000);
  if ((lasts > milliseconds{0}) == (count > 0))
    in.refuse("for", "or else count must say when the phase ends");
  if (lasts > milliseconds{0})
    phase.lasts = lasts;
  else
    phase.faults_max = count;
  in.read("quiet", phase.quiet);
  if (phase.quiet.to < milliseconds{1})
    in.refuse("quiet", "must be longer: nothing would be between two faults");
  if (phase.lasts && phase.quiet.to >= *phase.lasts)
    in.refuse("quiet", "must be shorter than the phase, or it may have no fault");
  in.read_tables("faults", rules_max, [&](const toml::table& each, std::size_t number) {
    phase.faults.push_back(read_rule(each, where + ", fault " + std::to_string(number), problem));
  });
  return phase;
}

void read_cluster(const toml::table& table, scenario& to, first_problem& problem) {
  strict_table in{table, "[cluster]", problem, {"nodes", "brokers", "participant", "tls", "node_config"}};
  in.read("nodes", to.nodes, 1, 20);
  in.read("brokers", to.brokers, 1, 3);
  if (to.brokers == 2)
    in.refuse("brokers", "must be 1 or 3: without one of two there is no majority");
  in.read("participant", to.participant);
  in.read("tls", to.tls);
  in.read("node_config", to.node_config);
}

void read_kinds(const toml::table& table, scenario& to, first_problem& problem) {
  strict_table in{table,
                  "[load.kinds]",
                  problem,
                  {"plain", "clumsy", "broke", "sold-out", "undeliverable", "stubborn", "doomed", "unknown-item"}};
  int sum = 0;
  for (const order_kind k : kinds) {
    int weight = 0;
    in.read(to_string(k), weight, 0, weight_max);
    sum += weight;
    if (weight > 0)
      to.kinds[k] = weight;
  }
  if (sum == 0)
    in.refuse("kinds", "must name at least one kind with a weight above 0");
}

void read_load(const toml::table& table, scenario& to, first_problem& problem) {
  strict_table in{
      table, "[load]", problem, {"orders_per_s", "customers", "twins_percent", "careless_percent", "kinds"}};
  in.read("orders_per_s", to.orders_per_s, 1, 100'000);
  in.read("customers", to.customers, 1, 1'000'000);
  in.read("twins_percent", to.twins_percent, 0, 100);
  in.read("careless_percent", to.careless_percent, 0, 100);
  if (const auto* shares = in.read_table("kinds"))
    read_kinds(*shares, to, problem);
}

void read_calm(const toml::table& table, scenario& to, first_problem& problem) {
  strict_table in{table, "[calm]", problem, {"within", "audit_every", "given_up_percent_max"}};
  in.read("within", to.calm_within);
  in.read("audit_every", to.audit_every);
  in.read("given_up_percent_max", to.given_up_percent_max, 0, 100);
  if (to.audit_every < milliseconds{100})
    in.refuse("audit_every", "must be at least 100ms");
}

/// What is right each for itself and cannot be right together.
void check_together(const scenario& s, first_problem& problem) {
  for (const storm_phase& phase : s.phases)
    for (const fault_rule& rule : phase.faults) {
      if (!problem && rule.what == deed::corrupt && !s.tls)
        problem = phase.name + ": corrupt needs tls = true in [cluster]: without it nobody could tell the bytes from "
                               "others, and no promise holds";
      const bool wants_participant = rule.whom == target::participant || rule.whom == target::disk;
      if (!problem && wants_participant && !s.participant)
        problem = phase.name + ": " + std::string{to_string(rule.whom)} + " needs participant = true in [cluster]";
    }
}

scenario read_scenario(const toml::table& table, first_problem& problem) {
  strict_table in{table, "", problem, {"name", "cluster", "load", "phase", "calm"}};
  scenario read;
  read.name = "unnamed";
  in.read("name", read.name);
  if (const auto* cluster = in.read_table("cluster"))
    read_cluster(*cluster, read, problem);
  if (const auto* load = in.read_table("load"))
    read_load(*load, read, problem);
  if (const auto* calm = in.read_table("calm"))
    read_calm(*calm, read, problem);
  if (read.kinds.empty())
    read.kinds[order_kind::plain] = 1;
  in.read_tables("phase", phases_max, [&](const toml::table& each, std::size_t number) {
    read.phases.push_back(read_phase(each, "phase " + std::to_string(number), problem));
  });
  check_together(read, problem);
  return read;
}

} // namespace

tl::expected<scenario, std::string> parse_scenario(std::string_view text) {
  if (text.size() > scenario_bytes_max)
    return tl::unexpected{std::string{"the scenario is longer than a million bytes"}};
  try {
    first_problem problem;
    scenario read = read_scenario(toml::parse(text), problem);
    if (problem)
      return tl::unexpected{*problem};
    return read;
  } catch (const toml::parse_error& e) {
    std::ostringstream sentence;
    sentence << e.description() << " (line " << e.source().begin.line << ")";
    return tl::unexpected{sentence.str()};
  }
}

} // namespace sagad::chaos::storm

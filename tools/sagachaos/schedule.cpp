#include "tools/sagachaos/schedule.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "workflows/object_reader.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::chaos {

namespace {

constexpr std::array<std::pair<place, std::string_view>, places> place_names{{
    {place::commit, "commit"},
    {place::participant_commit, "participant-commit"},
    {place::command, "command"},
    {place::answer, "answer"},
}};

constexpr std::array<std::pair<harm, std::string_view>, harms> harm_names{{
    {harm::crash_before, "crash-before"},
    {harm::crash_after, "crash-after"},
    {harm::store_refuses, "store-refuses"},
    {harm::store_in_doubt, "store-in-doubt"},
    {harm::lease_lost, "lease-lost"},
    {harm::answer_lost, "answer-lost"},
    {harm::answered_twice, "answered-twice"},
    {harm::answered_late, "answered-late"},
    {harm::answers_swapped, "answers-swapped"},
    {harm::participant_away, "participant-away"},
}};

template <class Names, class Value>
std::string_view name_in(const Names& names, Value value) {
  const auto known = std::find_if(names.begin(), names.end(), [=](const auto& each) { return each.first == value; });
  return known == names.end() ? "unknown" : known->second;
}

/// Refuses what is none of the names, with all of them.
template <class Names>
auto one_of(const Names& names, object_reader& fields, std::string_view field) {
  const std::string text = fields.string(field);
  std::string all;
  for (const auto& [value, name] : names) {
    if (name == text)
      return value;
    all += (all.empty() ? "" : ", ") + std::string{name};
  }
  fields.refuse("UNKNOWN_WORD", field, "must be one of " + all);
  return names.front().first;
}

planned_fault read_fault(const json& value, const std::string& path, verdict_on_input& verdict) {
  object_reader fields{value, path, verdict, {"fault", "at", "number"}};
  planned_fault f;
  f.what = one_of(harm_names, fields, "fault");
  f.at.where = one_of(place_names, fields, "at");
  f.at.number = static_cast<int>(fields.integer("number", 1, std::numeric_limits<int>::max()));
  const auto possible = harms_at(f.at.where);
  if (std::find(possible.begin(), possible.end(), f.what) == possible.end())
    fields.refuse("IMPOSSIBLE", "fault", "cannot befall such a point");
  return f;
}

schedule read_schedule(const json& value, verdict_on_input& verdict) {
  object_reader fields{value, {}, verdict, {"sagachaos", "definition", "version", "scenario", "seed", "faults"}};
  fields.integer("sagachaos", 1, 1);
  schedule s;
  s.definition = fields.id("definition");
  s.version = static_cast<int>(fields.integer("version", 1, std::numeric_limits<int>::max()));
  s.scenario = fields.id("scenario");
  s.seed = static_cast<std::uint64_t>(fields.integer("seed", 0, std::numeric_limits<std::int64_t>::max()));
  const json& list = fields.list("faults", 0, schedule_faults_max);
  for (std::size_t i = 0; verdict.fine() && i < list.size(); ++i) {
    const std::string path = "faults[" + std::to_string(i) + "]";
    const planned_fault f = read_fault(list[i], path, verdict);
    if (std::any_of(s.faults.begin(), s.faults.end(), [&](const planned_fault& other) { return other.at == f.at; }))
      verdict.refuse("TWICE", path, "strikes where another fault does: a point can be struck once");
    s.faults.push_back(f);
  }
  return s;
}

} // namespace

std::string_view to_string(place p) { return name_in(place_names, p); }
std::string_view to_string(harm t) { return name_in(harm_names, t); }

std::vector<harm> harms_at(place p) {
  using enum harm;
  switch (p) {
  case place::commit:
  case place::participant_commit:
    return {crash_before, crash_after, store_refuses, store_in_doubt, lease_lost};
  case place::command:
    return {crash_before, crash_after, lease_lost, participant_away};
  case place::answer:
    return {answer_lost, answered_twice, answered_late, answers_swapped, crash_before, crash_after, lease_lost};
  }
  return {};
}

std::string to_string(const planned_fault& f) {
  return std::string{to_string(f.what)} + ' ' + std::string{to_string(f.at.where)} + ' ' + std::to_string(f.at.number);
}

std::string to_text(const schedule& s) {
  nlohmann::ordered_json faults = nlohmann::ordered_json::array();
  for (const planned_fault& f : s.faults)
    faults.push_back({{"fault", to_string(f.what)}, {"at", to_string(f.at.where)}, {"number", f.at.number}});
  const nlohmann::ordered_json value{{"sagachaos", 1},       {"definition", s.definition},
                                     {"version", s.version}, {"scenario", s.scenario},
                                     {"seed", s.seed},       {"faults", faults}};
  return value.dump(2) + '\n';
}

tl::expected<schedule, std::string> schedule_from(std::string_view text) {
  const auto value = parse_strict_json(text, {.bytes_max = schedule_bytes_max, .depth_max = 4});
  if (!value)
    return tl::unexpected(value.error().message);
  verdict_on_input verdict{"The schedule"};
  auto s = read_schedule(*value, verdict);
  if (!verdict.fine())
    return tl::unexpected(verdict.take().message);
  return s;
}

} // namespace sagad::chaos

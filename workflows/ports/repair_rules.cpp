#include "workflows/ports/repair_rules.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sagad {

namespace {

constexpr std::string_view operation_prefix = "op-";

bool is_outcome(repair_state s) {
  return s == repair_state::applied || s == repair_state::moved_on || s == repair_state::refused;
}

} // namespace

std::string operation_id(std::int64_t number) { return std::string{operation_prefix} + std::to_string(number); }

std::optional<std::int64_t> operation_number(std::string_view id) {
  if (!id.starts_with(operation_prefix))
    return std::nullopt;
  const std::string_view digits = id.substr(operation_prefix.size());
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || number <= 0 ||
      operation_id(number) != id) // no sign, no leading zero
    return std::nullopt;
  return number;
}

std::vector<repair_target> frozen_set(const std::vector<repair_target>& orders) {
  std::vector<repair_target> once;
  once.reserve(orders.size());
  std::unordered_set<std::string_view> seen;
  for (const repair_target& each : orders)
    if (seen.insert(each.saga.value).second)
      once.push_back(each);
  return once;
}

void add(repair_counts& to, repair_state state, repair_result result, std::size_t count) {
  switch (state) {
  case repair_state::planned:
    to.planned += count;
    return;
  case repair_state::released:
    to.released += count;
    return;
  case repair_state::moved_on:
    to.moved_on += count;
    return;
  case repair_state::refused:
    to.refused += count;
    return;
  case repair_state::applied:
    to.applied += count;
    to.well += result == repair_result::well ? count : 0;
    to.badly += result == repair_result::badly ? count : 0;
    return;
  }
}

bool may_be_handed_out(const std::optional<handing>& last, bool holder_is_gone, moment now) {
  return !last || holder_is_gone || last->at <= handed_out_again_by(now);
}

std::vector<recorded_outcome> outcomes_to_record(const batch& work,
                                                 const std::function<bool(const saga_id&)>& took_effect) {
  std::vector<recorded_outcome> found;
  if (work.repair_outcomes.empty())
    return found;
  std::unordered_map<std::string_view, std::uint64_t> sequences;
  for (const saga_update& u : work.updates)
    if (took_effect(u.after.id))
      sequences.emplace(u.after.id.value, u.after.sequence);
  std::set<std::pair<std::int64_t, std::string_view>> seen;
  for (const repair_outcome& each : work.repair_outcomes) {
    const auto number = operation_number(each.operation);
    const auto update = sequences.find(each.saga.value);
    const bool lacks_its_update = each.state == repair_state::applied && update == sequences.end();
    if (!number || !is_outcome(each.state) || lacks_its_update || !seen.emplace(*number, each.saga.value).second)
      continue;
    found.push_back({.operation = *number,
                     .saga = each.saga,
                     .state = each.state,
                     .because = each.because,
                     .sequence = update == sequences.end() ? 0 : update->second});
  }
  return found;
}

bool may_have_result(operations::operator_action what, const saga& now, std::uint64_t seen) {
  return now.sequence > seen || has_ended(now) || what == operations::operator_action::hold;
}

std::optional<id_range> ids_beginning(std::string_view prefix) {
  if (!prefix.empty() && !is_valid_id(prefix))
    return std::nullopt;
  id_range range{.first = std::string{prefix}, .last = std::string{prefix}};
  if (prefix.empty())
    range.last = "\x7f"; // behind every character of an id
  else
    ++range.last.back();
  return range;
}

std::int64_t row_limit(std::optional<std::size_t> count) {
  constexpr auto highest = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(count.value_or(highest), highest));
}

} // namespace sagad

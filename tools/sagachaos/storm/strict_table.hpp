#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include "tools/sagachaos/storm/scenario.hpp"
#include "workflows/duration.hpp"

namespace sagad::chaos::storm {

/// The first thing that is wrong with a file, as a sentence; what comes after it is not looked at.
using first_problem = std::optional<std::string>;

/// Reads one table of TOML, each key of a type and within bounds; keys that are not known are refused by their name as
/// soon as it is made. What is missing keeps its default. The table and the problem must outlive it.
class strict_table {
public:
  strict_table(const toml::table& table, std::string where, first_problem& problem,
               std::initializer_list<std::string_view> known)
      : table_(table), where_(std::move(where)), problem_(problem) {
    for (const auto& [key, value] : table)
      if (std::find(known.begin(), known.end(), key.str()) == known.end())
        refuse(key.str(), "is not known here");
  }

  void refuse(std::string_view key, std::string_view what) {
    if (!problem_)
      problem_ = (where_.empty() ? "" : where_ + ": ") + std::string{key} + ' ' + std::string{what};
  }

  const toml::node* find(std::string_view key) const { return problem_ ? nullptr : table_.get(key); }

  void read(std::string_view key, std::string& to) {
    const toml::node* found = find(key);
    if (found == nullptr)
      return;
    if (const auto text = found->value_exact<std::string>())
      to = *text;
    else
      refuse(key, "must be text");
  }

  void read(std::string_view key, bool& to) {
    const toml::node* found = find(key);
    if (found == nullptr)
      return;
    if (const auto truth = found->value_exact<bool>())
      to = *truth;
    else
      refuse(key, "must be true or false");
  }

  template <class Number>
  void read(std::string_view key, Number& to, std::int64_t min, std::int64_t max) {
    const toml::node* found = find(key);
    if (found == nullptr)
      return;
    const auto number = found->value_exact<std::int64_t>();
    if (number && *number >= min && *number <= max)
      to = static_cast<Number>(*number);
    else
      refuse(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }

  void read(std::string_view key, milliseconds& to) {
    if (const toml::node* found = find(key); found != nullptr)
      to = duration(key, *found);
  }

  /// `["1s", "5s"]`, or one duration for both.
  void read(std::string_view key, span_of_time& to) {
    const toml::node* found = find(key);
    if (found == nullptr)
      return;
    const toml::array* both = found->as_array();
    if (both == nullptr) {
      to.from = to.to = duration(key, *found);
      return;
    }
    if (both->size() != 2)
      return refuse(key, "must be a duration, or two like [\"1s\", \"5s\"]");
    to = {duration(key, *both->get(0)), duration(key, *both->get(1))};
    if (to.from > to.to)
      refuse(key, "must not begin after its end");
  }

  const toml::table* read_table(std::string_view key) {
    const toml::node* found = find(key);
    if (found != nullptr && found->as_table() == nullptr)
      refuse(key, "must be a table");
    return found == nullptr ? nullptr : found->as_table();
  }

  /// Calls `each` with every table of a list and its number, from 1.
  template <class Each>
  void read_tables(std::string_view key, std::size_t count_max, Each&& each) {
    const toml::node* found = find(key);
    const toml::array* list = found == nullptr ? nullptr : found->as_array();
    if (list == nullptr || list->empty() || list->size() > count_max)
      return refuse(key, "must be given, at least once and at most " + std::to_string(count_max) + " times");
    std::size_t number = 0;
    for (const toml::node& one : *list) {
      if (one.as_table() == nullptr)
        return refuse(key, "must be tables");
      each(*one.as_table(), ++number);
    }
  }

private:
  milliseconds duration(std::string_view key, const toml::node& value) {
    const auto text = value.value_exact<std::string_view>();
    const auto read = text ? parse_duration(*text) : std::nullopt;
    if (!read)
      refuse(key, "must be a duration like \"1500ms\" or \"5s\"");
    return read.value_or(milliseconds{0});
  }

  const toml::table& table_;
  std::string where_;
  first_problem& problem_;
};

} // namespace sagad::chaos::storm

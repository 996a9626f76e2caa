#include "workflows/object_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "workflows/ids.hpp"
#include "workflows/strict_json.hpp"

namespace sagad {

void verdict_on_input::refuse(std::string code, const std::string& field, const std::string& what) {
  if (fine())
    wrong_ = refusal{std::move(code), field, (field.empty() ? std::string{subject_} : field) + ' ' + what + '.'};
}

object_reader::object_reader(const json& object, std::string path, verdict_on_input& verdict,
                             std::initializer_list<std::string_view> known)
    : object_(object), path_(std::move(path)), verdict_(verdict) {
  if (!object.is_object()) {
    verdict.refuse("WRONG_TYPE", path_, "must be an object");
    return;
  }
  for (auto member = object.begin(); member != object.end(); ++member)
    if (std::find(known.begin(), known.end(), member.key()) == known.end())
      refuse("UNKNOWN_FIELD", printable(member.key()), "is not a known field");
}

void object_reader::refuse(std::string code, std::string_view name, const std::string& what) {
  verdict_.refuse(std::move(code), path_of(name), what);
}

const json* object_reader::require(std::string_view name) {
  if (!verdict_.fine())
    return nullptr;
  const auto member = object_.find(name);
  if (member == object_.end()) {
    refuse("MISSING_FIELD", name, "is missing");
    return nullptr;
  }
  return &*member;
}

std::string object_reader::string(std::string_view name) {
  const json* const member = require(name);
  if (member == nullptr)
    return {};
  if (!member->is_string()) {
    refuse("WRONG_TYPE", name, "must be a string");
    return {};
  }
  return member->get<std::string>();
}

std::string object_reader::id(std::string_view name) {
  std::string text = string(name);
  if (verdict_.fine() && !is_valid_id(text))
    refuse("INVALID_ID", name, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
  return text;
}

std::int64_t object_reader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json* const member = require(name);
  if (member == nullptr)
    return min;
  if (!member->is_number_integer()) {
    refuse("WRONG_TYPE", name, "must be an integer, written without a point or an exponent");
    return min;
  }
  constexpr auto int64_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool beyond_int64 = member->is_number_unsigned() && member->get<std::uint64_t>() > int64_max;
  const auto value = beyond_int64 ? min : member->get<std::int64_t>();
  if (beyond_int64 || value < min || value > max)
    refuse("OUT_OF_RANGE", name, "must be between " + std::to_string(min) + " and " + std::to_string(max));
  return value;
}

std::optional<std::int64_t> object_reader::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  if (!has(name))
    return std::nullopt;
  return integer(name, min, max);
}

const json& object_reader::list(std::string_view name, std::size_t count_min, std::size_t count_max) {
  static const json nothing = json::array();
  const json* const member = require(name);
  if (member == nullptr)
    return nothing;
  if (!member->is_array()) {
    refuse("WRONG_TYPE", name, "must be a list");
    return nothing;
  }
  if (member->size() < count_min || member->size() > count_max) {
    refuse("OUT_OF_RANGE", name,
           "must have between " + std::to_string(count_min) + " and " + std::to_string(count_max) + " entries");
    return nothing;
  }
  return *member;
}

} // namespace sagad

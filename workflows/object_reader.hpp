#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "workflows/refusal.hpp"

namespace sagad {

using nlohmann::json;

/// The first thing that is wrong with input from outside. Whatever comes after it is not looked at.
class verdict_on_input {
public:
  /// `subject` begins the sentence about the input as a whole: "The submission".
  explicit verdict_on_input(std::string_view subject) : subject_(subject) {}

  bool fine() const { return !wrong_; }

  /// `what` completes the sentence that begins with the field: "lines[0].sku" "is missing".
  void refuse(std::string code, const std::string& field, const std::string& what);

  refusal take() { return std::move(*wrong_); }

private:
  std::string_view subject_;
  std::optional<refusal> wrong_;
};

/// Reads the members of one JSON object that a stranger wrote; each reading refuses what it cannot take, with a code
/// and the field's path, and an object with an unknown member is refused at once. What it returns means something
/// only while the verdict is fine. The object and the verdict must outlive it.
///
/// Codes: `UNKNOWN_FIELD`, `MISSING_FIELD`, `WRONG_TYPE`, `OUT_OF_RANGE`, `INVALID_ID`.
class object_reader {
public:
  object_reader(const json& object, std::string path, verdict_on_input& verdict,
                std::initializer_list<std::string_view> known);

  void refuse(std::string code, std::string_view name, const std::string& what);

  bool has(std::string_view name) const { return verdict_.fine() && object_.contains(name); }
  /// Null when it is missing, which is refused.
  const json* require(std::string_view name);

  std::string string(std::string_view name);
  std::string id(std::string_view name);
  std::string optional_id(std::string_view name) { return has(name) ? id(name) : std::string{}; }
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
  /// A list, or an empty one in its stead.
  const json& list(std::string_view name, std::size_t count_min, std::size_t count_max);

private:
  std::string path_of(std::string_view name) const { return (path_.empty() ? "" : path_ + '.') + std::string{name}; }

  const json& object_;
  std::string path_;
  verdict_on_input& verdict_;
};

} // namespace sagad

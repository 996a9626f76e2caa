#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace sagad::chaos {

// Of what somebody published, which may be anything: never throws.

/// The text in that field; empty where there is none.
inline std::string text_in(const nlohmann::json& value, const char* field) {
  if (!value.is_object())
    return {};
  const auto found = value.find(field);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Whether there is such a field, and it says true.
inline bool is_true_in(const nlohmann::json& value, const char* field) {
  if (!value.is_object())
    return false;
  const auto found = value.find(field);
  return found != value.end() && found->is_boolean() && found->get<bool>();
}

} // namespace sagad::chaos

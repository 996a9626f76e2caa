#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace sagad {

using nlohmann::json;

// JSON straight into a text, where it is written often: a document tree for each would cost more than the text.
// Bytes that are no UTF-8 come out as U+FFFD; nothing throws but for want of memory.

/// With its quotes.
void append_string(std::string& text, std::string_view s);
void append_number(std::string& text, std::int64_t number);
void append_json(std::string& text, const json& value);

} // namespace sagad

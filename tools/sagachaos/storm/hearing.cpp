#include "tools/sagachaos/storm/hearing.hpp"

#include <cstdint>

#include "workflows/strict_json.hpp"

namespace sagad::chaos::storm {

namespace {

/// Far more than anybody here writes; what is deeper would be written out by recursion.
constexpr json_bounds bounds{.bytes_max = std::size_t{1} << 20, .depth_max = 64};

/// An object, or an empty one in its stead.
json object_in(std::string_view body) {
  auto read = parse_strict_json(body, bounds);
  return read && read->is_object() ? *std::move(read) : json::object();
}

std::string text_of(const json& from, const char* field) {
  const auto found = from.find(field);
  return found != from.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string code_of(const json& answer) {
  const auto error = answer.find("error");
  return error != answer.end() && error->is_object() ? text_of(*error, "code") : std::string{};
}

} // namespace

heard_fact fact_in(std::string_view body, bool redelivered) {
  const json event = object_in(body);
  if (event.empty())
    return {};
  const auto sequence = event.find("sequence");
  return {.id = text_of(event, "id"),
          .order = text_of(event, "subject"),
          .sequence = sequence != event.end() && sequence->is_number_unsigned() ? sequence->get<std::uint64_t>() : 0,
          .type = text_of(event, "type"),
          .rest = event.dump(),
          .redelivered = redelivered};
}

heard_answer answer_in(std::string_view body, std::string_view order) {
  const json answer = object_in(body);
  const auto accepted = answer.find("accepted");
  if (text_of(answer, "order_id") == order && accepted != answer.end() && accepted->is_boolean()) {
    if (accepted->get<bool>())
      return {.accepted = true};
    if (auto code = code_of(answer); !code.empty())
      return {.refusal = std::move(code)};
  }
  return {.refusal = "an answer that means nothing"};
}

} // namespace sagad::chaos::storm

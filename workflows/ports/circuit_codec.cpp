#include "workflows/ports/circuit_codec.hpp"

#include <cstdint>
#include <optional>

#include "workflows/json_text.hpp"

namespace sagad {

namespace {

using operations::circuit;
using operations::circuit_override;
using operations::circuit_view;

std::optional<circuit> circuit_from(std::string_view text) {
  for (const circuit c : {circuit::closed, circuit::open, circuit::probing})
    if (operations::to_string(c) == text)
      return c;
  return std::nullopt;
}

void put_time(json& into, const char* key, std::optional<moment> at) {
  if (at)
    into[key] = at->time_since_epoch().count();
}

std::string text_of(const json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<moment> time_of(const json& from, const char* key) {
  const auto found = from.find(key);
  if (found == from.end() || !found->is_number_integer())
    return std::nullopt;
  const auto count = found->get<std::int64_t>();
  const bool wrapped = found->is_number_unsigned() && count < 0;
  return wrapped ? std::nullopt : moment_from_count(count);
}

json json_of(const named_circuit& c) {
  json made{{"participant", c.participant},
            {"state", std::string{operations::to_string(c.now.state)}},
            {"forced", std::string{operations::to_string(c.now.forced)}},
            {"why", c.now.why}};
  put_time(made, "since", c.now.since);
  put_time(made, "probe_at", c.now.probe_at);
  return made;
}

std::optional<named_circuit> circuit_of(const json& from) {
  if (!from.is_object())
    return std::nullopt;
  const auto state = circuit_from(text_of(from, "state"));
  const auto forced = operations::circuit_override_from(text_of(from, "forced"));
  if (!state || !forced)
    return std::nullopt;
  return named_circuit{.participant = text_of(from, "participant"),
                       .now = {.state = *state,
                               .forced = *forced,
                               .since = time_of(from, "since"),
                               .why = text_of(from, "why"),
                               .probe_at = time_of(from, "probe_at")}};
}

} // namespace

std::string circuits_text(const std::vector<named_circuit>& circuits) {
  json list = json::array();
  for (const named_circuit& c : circuits)
    list.push_back(json_of(c));
  std::string text;
  append_json(text, list);
  return text;
}

std::vector<named_circuit> circuits_in(std::string_view text) {
  std::vector<named_circuit> found;
  const json list = json::parse(text, nullptr, false);
  if (!list.is_array())
    return found;
  for (const json& each : list)
    if (auto c = circuit_of(each))
      found.push_back(*std::move(c));
  return found;
}

} // namespace sagad

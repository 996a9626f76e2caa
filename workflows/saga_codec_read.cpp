#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include <simdjson.h>

#include "workflows/saga_codec.hpp"

// simdjson reads these, and not nlohmann, of whose values results are made: a restart reads many, and whoever asks what
// is stuck reads all of them.

namespace sagad {

namespace {

namespace dom = simdjson::dom;

using outcome = tl::expected<void, codec_error>;

outcome wrong(std::string why) { return tl::unexpected{codec_error{std::move(why)}}; }

template <class T>
T known(const dom::element& value) {
  return value.get<T>().value_unsafe(); // its type has been asked
}

/// No deeper than the parser lets a document be.
json to_json(const dom::element& value) {
  switch (value.type()) {
  case dom::element_type::OBJECT: {
    json object = json::object();
    for (const auto [key, member] : known<dom::object>(value))
      object.emplace(key, to_json(member));
    return object;
  }
  case dom::element_type::ARRAY: {
    json array = json::array();
    for (const dom::element each : known<dom::array>(value))
      array.push_back(to_json(each));
    return array;
  }
  case dom::element_type::STRING:
    return known<std::string_view>(value);
  case dom::element_type::INT64:
    return known<std::int64_t>(value);
  case dom::element_type::UINT64:
    return known<std::uint64_t>(value);
  case dom::element_type::DOUBLE:
    return known<double>(value);
  case dom::element_type::BOOL:
    return known<bool>(value);
  case dom::element_type::NULL_VALUE:
    return nullptr;
  }
  return nullptr;
}

// --- one value into one member; false when it does not fit ------------------------------------------------------

/// Attempts: more than there will ever be, and still safe to count on from.
constexpr std::int64_t attempts_max = 1'000'000'000;
bool take(const dom::element& value, int& into) {
  std::int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS || number < 0 || number > attempts_max)
    return false;
  into = static_cast<int>(number);
  return true;
}

bool take(const dom::element& value, bool& into) { return value.get(into) == simdjson::SUCCESS; }

bool take(const dom::element& value, std::string& into) {
  std::string_view text;
  const bool is_text = value.get(text) == simdjson::SUCCESS;
  into = text;
  return is_text;
}

bool take(const dom::element& value, moment& into) {
  std::int64_t count = 0;
  const auto at = value.get(count) == simdjson::SUCCESS ? moment_from_count(count) : std::nullopt;
  into = at.value_or(into);
  return at.has_value();
}

bool take(const dom::element& value, std::optional<moment>& into) { return take(value, into.emplace()); }

template <class Enum>
bool take_word(const dom::element& value, Enum& into, std::optional<Enum> (*from)(std::string_view)) {
  std::string_view word;
  if (value.get(word) != simdjson::SUCCESS)
    return false;
  const auto meant = from(word);
  into = meant.value_or(into);
  return meant.has_value();
}

bool take(const dom::element& value, action& into) { return take_word(value, into, action_from); }
bool take(const dom::element& value, saga_state& into) { return take_word(value, into, saga_state_from); }
bool take(const dom::element& value, step_state& into) { return take_word(value, into, step_state_from); }
bool take(const dom::element& value, std::optional<action>& into) { return take(value, into.emplace()); }
bool take(const dom::element& value, std::optional<hold_cause>& into) {
  return take_word(value, into.emplace(), hold_cause_from);
}
bool take(const dom::element& value, json& into) {
  into = to_json(value);
  return true;
}

// --- one step ----------------------------------------------------------------------------------------------------

bool take_field(step_record& s, std::string_view field, const dom::element& value) {
  return field == "step"         ? take(value, s.name)
         : field == "state"      ? take(value, s.state)
         : field == "attempts"   ? take(value, s.attempts)
         : field == "started_at" ? take(value, s.started_at)
         : field == "ended_at"   ? take(value, s.ended_at)
         : field == "code"       ? take(value, s.code)
         : field == "result"     ? take(value, s.result)
         : field == "skipped"    ? take(value, s.skipped)
                                 : false;
}

outcome read_step(const dom::element& value, step_record& step) {
  dom::object fields;
  if (value.get(fields) != simdjson::SUCCESS)
    return wrong("a step is no object");
  bool has_state = false;
  for (const auto [field, of_it] : fields) {
    if (!take_field(step, field, of_it))
      return wrong("a step's " + std::string{field} + " is unknown or of the wrong type");
    has_state = has_state || field == "state";
  }
  const bool lacks_state = !has_state && fields.size() > 1; // whoever has but a name was never asked
  return step.name.empty() || lacks_state ? wrong("a step lacks its name or its state") : outcome{};
}

// --- the whole ---------------------------------------------------------------------------------------------------

struct field_name {
  std::string_view name;
  bool needed;
};
constexpr std::array<field_name, 13> saga_fields{{{"asking", true},
                                                  {"attempt", true},
                                                  {"attempts_forgiven", false},
                                                  {"asking_since", true},
                                                  {"awaiting_reply", true},
                                                  {"held_from", false},
                                                  {"held_because", false},
                                                  {"last_error", false},
                                                  {"trouble", false},
                                                  {"trouble_detail", false},
                                                  {"troubled_since", false},
                                                  {"traceparent", false},
                                                  {"steps", true}}};

bool take_field(saga& s, std::string_view field, const dom::element& value) {
  return field == "asking"              ? take(value, s.asking)
         : field == "attempt"           ? take(value, s.attempt)
         : field == "attempts_forgiven" ? take(value, s.attempts_forgiven)
         : field == "asking_since"      ? take(value, s.asking_since)
         : field == "awaiting_reply"    ? take(value, s.awaiting_reply)
         : field == "held_from"         ? take(value, s.held_from)
         : field == "held_because"      ? take(value, s.held_because)
         : field == "last_error"        ? take(value, s.last_error)
         : field == "trouble"           ? take(value, s.wrong.code)
         : field == "trouble_detail"    ? take(value, s.wrong.detail)
         : field == "troubled_since"    ? take(value, s.wrong.since)
         : field == "traceparent"       ? take(value, s.traceparent)
         : field == "steps"             ? value.is_array()
                                        : false;
}

outcome read_steps(const dom::array& values, std::vector<step_record>& steps) {
  steps.reserve(values.size());
  for (const dom::element each : values)
    if (auto read = read_step(each, steps.emplace_back()); !read)
      return read;
  return {};
}

outcome read_saga(const dom::object& fields, saga& s) {
  std::bitset<saga_fields.size()> seen;
  for (const auto [field, value] : fields) {
    if (!take_field(s, field, value))
      return wrong(std::string{field} + " is unknown or of the wrong type");
    const auto* entry =
        std::find_if(saga_fields.begin(), saga_fields.end(), [&, name = field](auto& f) { return f.name == name; });
    const auto index = static_cast<std::size_t>(entry - saga_fields.begin());
    if (seen.test(index))
      return wrong(std::string{field} + " stands there twice");
    seen.set(index);
    if (field == "steps")
      if (auto read = read_steps(known<dom::array>(value), s.steps); !read)
        return read;
  }
  for (std::size_t i = 0; i < saga_fields.size(); ++i)
    if (saga_fields.at(i).needed && !seen.test(i))
      return wrong(std::string{saga_fields.at(i).name} + " is missing");
  return {};
}

} // namespace

tl::expected<saga, codec_error> with_progress(saga columns, std::string_view step, std::string_view progress) {
  columns.steps.clear();
  dom::parser parser;
  dom::object fields;
  if (parser.parse(progress.data(), progress.size()).get(fields) != simdjson::SUCCESS)
    return tl::unexpected{codec_error{"the progress is no JSON object"}};
  if (const auto read = read_saga(fields, columns); !read)
    return tl::unexpected{read.error()};
  const auto& steps = columns.steps;
  const auto at = std::find_if(steps.begin(), steps.end(), [step](const auto& r) { return r.name == step; });
  if (at == steps.end() && !step.empty())
    return tl::unexpected{codec_error{"the current step is none of the steps"}};
  columns.at = static_cast<std::size_t>(at - steps.begin());
  return columns;
}

} // namespace sagad

#include "workflows/saga_codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace sagad {

namespace {

// --- writing: straight into the text, for a document tree per record would cost more than the record ------------

void append_number(std::string& text, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), written.ptr);
}

bool is_plain(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void append_string(std::string& text, std::string_view s) {
  if (!is_plain(s)) {
    text += dumped(s);
    return;
  }
  text += '"';
  text += s;
  text += '"';
}

/// `key` comes with its punctuation: `,"code":`.
void append_field(std::string& text, std::string_view key, std::string_view value) {
  text += key;
  append_string(text, value);
}

void append_field(std::string& text, std::string_view key, std::int64_t value) {
  text += key;
  append_number(text, value);
}

void append_field(std::string& text, std::string_view key, moment value) {
  append_field(text, key, std::int64_t{value.time_since_epoch().count()});
}

void append_step(std::string& text, const step_record& step) {
  append_field(text, R"({"step":)", step.name);
  append_field(text, R"(,"state":)", to_string(step.state));
  if (step.attempts != 0)
    append_field(text, R"(,"attempts":)", step.attempts);
  if (step.started_at)
    append_field(text, R"(,"started_at":)", *step.started_at);
  if (step.ended_at)
    append_field(text, R"(,"ended_at":)", *step.ended_at);
  if (!step.code.empty())
    append_field(text, R"(,"code":)", step.code);
  if (!step.result.is_null()) {
    text += R"(,"result":)";
    text += dumped(step.result);
  }
  text += '}';
}

// --- reading: each reader takes one field, or says why not -------------------------------------------------------

template <class T>
using read = tl::expected<T, codec_error>;

tl::unexpected<codec_error> wrong(std::string_view field, std::string_view why) {
  return tl::unexpected{codec_error{std::string{field} + ' ' + std::string{why}}};
}

template <class Number>
bool take(const json& value, Number& into) {
  std::int64_t number = 0;
  if (value.is_number_unsigned()) {
    const auto positive = value.get<std::uint64_t>();
    if (positive > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return false;
    number = static_cast<std::int64_t>(positive);
  } else if (value.is_number_integer()) {
    number = value.get<std::int64_t>();
  } else {
    return false;
  }
  if (!std::in_range<Number>(number))
    return false;
  into = static_cast<Number>(number);
  return true;
}

bool take(const json& value, bool& into) {
  const auto* known = value.get_ptr<const json::boolean_t*>();
  if (known != nullptr)
    into = *known;
  return known != nullptr;
}

bool take(const json& value, std::string& into) {
  const auto* known = value.get_ptr<const json::string_t*>();
  if (known != nullptr)
    into = *known;
  return known != nullptr;
}

bool take(const json& value, moment& into) {
  milliseconds::rep count = 0;
  const bool known = take(value, count);
  into = moment{milliseconds{count}};
  return known;
}

bool take(const json& value, std::optional<moment>& into) { return take(value, into.emplace()); }

template <class Enum>
bool take_word(const json& value, Enum& into, std::optional<Enum> (*from)(std::string_view)) {
  const auto* word = value.get_ptr<const json::string_t*>();
  const auto known = word == nullptr ? std::nullopt : from(*word);
  into = known.value_or(into);
  return known.has_value();
}

bool take(const json& value, action& into) { return take_word(value, into, action_from); }
bool take(const json& value, saga_state& into) { return take_word(value, into, saga_state_from); }
bool take(const json& value, step_state& into) { return take_word(value, into, step_state_from); }

bool take(const json& value, json& into) {
  into = value;
  return true;
}

read<step_record> step_from(const json& value) {
  if (!value.is_object())
    return wrong("a step", "is no object");
  step_record step;
  for (const auto& [key, field] : value.items()) {
    const bool taken = key == "step"         ? take(field, step.name)
                       : key == "state"      ? take(field, step.state)
                       : key == "attempts"   ? take(field, step.attempts)
                       : key == "started_at" ? take(field, step.started_at)
                       : key == "ended_at"   ? take(field, step.ended_at)
                       : key == "code"       ? take(field, step.code)
                       : key == "result"     ? take(field, step.result)
                                             : false;
    if (!taken)
      return wrong("a step's " + key, "is unknown or of the wrong type");
  }
  if (step.name.empty() || !value.contains("state"))
    return wrong("a step", "lacks its name or its state");
  return step;
}

read<std::vector<step_record>> steps_from(const json& value) {
  if (!value.is_array())
    return wrong("steps", "is no list");
  std::vector<step_record> steps;
  steps.reserve(value.size());
  for (const json& one : value) {
    auto step = step_from(one);
    if (!step)
      return tl::unexpected{std::move(step.error())};
    steps.push_back(std::move(*step));
  }
  return steps;
}

read<saga> take_fields(saga s, const json& progress) {
  for (const auto& [key, field] : progress.items()) {
    if (key == "steps") {
      auto steps = steps_from(field);
      if (!steps)
        return tl::unexpected{std::move(steps.error())};
      s.steps = std::move(*steps);
      continue;
    }
    const bool taken = key == "asking"              ? take(field, s.asking)
                       : key == "attempt"           ? take(field, s.attempt)
                       : key == "attempts_forgiven" ? take(field, s.attempts_forgiven)
                       : key == "asking_since"      ? take(field, s.asking_since)
                       : key == "awaiting_reply"    ? take(field, s.awaiting_reply)
                       : key == "held_from"         ? take(field, s.held_from)
                       : key == "last_error"        ? take(field, s.last_error)
                                                    : false;
    if (!taken)
      return wrong(key, "is unknown or of the wrong type");
  }
  for (const char* needed : {"asking", "attempt", "asking_since", "awaiting_reply", "steps"})
    if (!progress.contains(needed))
      return wrong(needed, "is missing");
  return s;
}

} // namespace

void append_progress(std::string& text, const saga& s) {
  append_field(text, R"({"asking":)", to_string(s.asking));
  append_field(text, R"(,"attempt":)", s.attempt);
  if (s.attempts_forgiven != 0)
    append_field(text, R"(,"attempts_forgiven":)", s.attempts_forgiven);
  append_field(text, R"(,"asking_since":)", s.asking_since);
  text += s.awaiting_reply ? R"(,"awaiting_reply":true)" : R"(,"awaiting_reply":false)";
  if (s.held_from != saga_state::running)
    append_field(text, R"(,"held_from":)", to_string(s.held_from));
  if (!s.last_error.empty())
    append_field(text, R"(,"last_error":)", s.last_error);
  text += R"(,"steps":[)";
  for (const step_record& step : s.steps) {
    append_step(text, step);
    text += ',';
  }
  if (!s.steps.empty())
    text.pop_back();
  text += "]}";
}

std::string_view current_step(const saga& s) {
  return s.at < s.steps.size() ? std::string_view{s.steps[s.at].name} : std::string_view{};
}

tl::expected<saga, codec_error> with_progress(saga columns, std::string_view step, std::string_view progress) {
  const json document = json::parse(progress, nullptr, false);
  if (!document.is_object()) // what is no JSON at all neither
    return wrong("the progress", "is no JSON object");
  auto s = take_fields(std::move(columns), document);
  if (!s)
    return s;
  const auto at = std::find_if(s->steps.begin(), s->steps.end(), [step](const auto& r) { return r.name == step; });
  if (at == s->steps.end() && !step.empty())
    return wrong("the current step", "is none of the steps");
  s->at = static_cast<std::size_t>(at - s->steps.begin());
  return s;
}

} // namespace sagad

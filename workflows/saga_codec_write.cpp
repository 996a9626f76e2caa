#include "workflows/saga_codec.hpp"

#include "workflows/json_text.hpp"

namespace sagad {

namespace {

void append_time(std::string& text, moment at) { append_number(text, at.time_since_epoch().count()); }

bool was_never_asked(const step_record& step) {
  return step.state == step_state::pending && step.attempts == 0 && !step.started_at && !step.ended_at &&
         step.code.empty() && step.result.is_null() && !step.skipped;
}

void append_step(std::string& text, const step_record& step) {
  text += R"({"step":)";
  append_string(text, step.name);
  if (was_never_asked(step)) {
    text += '}';
    return;
  }
  text += R"(,"state":")";
  text += to_string(step.state);
  text += '"';
  if (step.attempts != 0)
    append_number(text += R"(,"attempts":)", step.attempts);
  if (step.started_at)
    append_time(text += R"(,"started_at":)", *step.started_at);
  if (step.ended_at)
    append_time(text += R"(,"ended_at":)", *step.ended_at);
  if (!step.code.empty())
    append_string(text += R"(,"code":)", step.code);
  if (!step.result.is_null())
    append_json(text += R"(,"result":)", step.result);
  if (step.skipped)
    append_string(text += R"(,"skipped":)", to_string(*step.skipped));
  text += '}';
}

void append_trouble(std::string& text, const trouble& wrong) {
  if (!wrong.code.empty())
    append_string(text += R"(,"trouble":)", wrong.code);
  if (!wrong.detail.empty())
    append_string(text += R"(,"trouble_detail":)", wrong.detail);
  if (wrong.since)
    append_time(text += R"(,"troubled_since":)", *wrong.since);
}

} // namespace

void append_progress(std::string& text, const saga& s) {
  text += R"({"asking":")";
  text += to_string(s.asking);
  append_number(text += R"(","attempt":)", s.attempt);
  if (s.attempts_forgiven != 0)
    append_number(text += R"(,"attempts_forgiven":)", s.attempts_forgiven);
  append_time(text += R"(,"asking_since":)", s.asking_since);
  text += s.awaiting_reply ? R"(,"awaiting_reply":true)" : R"(,"awaiting_reply":false)";
  if (s.held_from != saga_state::running)
    append_string(text += R"(,"held_from":)", to_string(s.held_from));
  if (s.held_because)
    append_string(text += R"(,"held_because":)", to_string(*s.held_because));
  if (!s.last_error.empty())
    append_string(text += R"(,"last_error":)", s.last_error);
  append_trouble(text, s.wrong);
  if (!s.traceparent.empty())
    append_string(text += R"(,"traceparent":)", s.traceparent);
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

} // namespace sagad

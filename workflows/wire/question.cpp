#include "workflows/wire/question.hpp"

#include "workflows/json_text.hpp"
#include "workflows/wire/command_codec.hpp"

namespace sagad::wire {

question read_question(object_reader& fields) {
  question q;
  q.saga = saga_id{fields.id("saga_id")};
  q.step = fields.id("step");
  if (q.step.size() > step_length_max)
    fields.refuse("OUT_OF_RANGE", "step", "must have at most " + std::to_string(step_length_max) + " characters");
  const auto what = action_from(fields.string("action"));
  if (!what)
    fields.refuse("UNKNOWN_ACTION", "action", "must be do, undo or probe");
  q.what = what.value_or(action::probe);
  if (fields.string("idempotency_key") != idempotency_key(q.saga, q.step))
    fields.refuse("KEY_MISMATCH", "idempotency_key", "must be <saga_id>/<step>");
  return q;
}

void append_question(std::string& text, const saga_id& saga, std::string_view step, action what) {
  append_string(text += R"("saga_id":)", saga.value);
  append_string(text += R"(,"step":)", step);
  append_string(text += R"(,"action":)", to_string(what));
  append_string(text += R"(,"idempotency_key":)", idempotency_key(saga, step));
}

} // namespace sagad::wire

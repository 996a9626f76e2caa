#include "workflows/wire/submission_answer.hpp"

#include "workflows/json_text.hpp"

namespace sagad::wire {

std::string to_message(const acceptance& a) {
  std::string text = R"({"order_id":)";
  if (a.order.value.empty())
    text += "null";
  else
    append_string(text, a.order.value);
  text += a.accepted ? R"(,"accepted":true)" : R"(,"accepted":false)";
  text += a.duplicate ? R"(,"duplicate":true)" : R"(,"duplicate":false)";
  if (a.error) {
    append_string(text += R"(,"error":{"code":)", a.error->code);
    append_string(text += R"(,"message":)", a.error->message);
    if (!a.error->field.empty())
      append_string(text += R"(,"field":)", a.error->field);
    text += '}';
  }
  return text += '}';
}

} // namespace sagad::wire

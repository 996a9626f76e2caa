#pragma once

#include <string>
#include <string_view>

#include "workflows/messages.hpp"
#include "workflows/object_reader.hpp"

namespace sagad::wire {

/// What a command and its answer begin with alike.
struct question {
  saga_id saga;
  std::string step;
  action what = action::perform;
};

/// Reads `saga_id`, `step`, `action`, and `idempotency_key`, which must be the one of saga and step.
question read_question(object_reader& fields);

/// The four, each with its name.
void append_question(std::string& text, const saga_id& saga, std::string_view step, action what);

} // namespace sagad::wire

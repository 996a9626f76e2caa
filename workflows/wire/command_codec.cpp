#include "workflows/wire/command_codec.hpp"

#include <limits>

#include "workflows/json_text.hpp"
#include "workflows/read_fault.hpp"
#include "workflows/strict_json.hpp"
#include "workflows/wire/question.hpp"

namespace sagad::wire {

namespace {

/// A payload is what a saga's author made of an order; nobody nests deeper by hand.
constexpr json_bounds bounds{.bytes_max = command_bytes_max, .depth_max = 32};

void append_fault(std::string& text, const fault& f) {
  append_string(text += R"(,"fault":{"kind":)", to_string(f.kind));
  if (f.delay)
    append_number(text += R"(,"ms":)", f.delay->count());
  if (!f.code.empty())
    append_string(text += R"(,"code":)", f.code);
  text += '}';
}

moment read_deadline(object_reader& fields) {
  const auto at = moment_from_rfc3339(fields.string("deadline"));
  if (!at)
    fields.refuse("INVALID_TIME", "deadline", "must be a time in UTC such as 2026-11-20T05:48:00.000Z");
  return at.value_or(moment{});
}

} // namespace

std::string to_message(const command& c) {
  std::string text;
  constexpr std::size_t usual_size = 512;
  text.reserve(usual_size);
  append_question(text += '{', c.saga, c.step, c.what);
  append_string(text += R"(,"order_id":)", c.order.value);
  append_number(text += R"(,"attempt":)", c.attempt);
  append_string(text += R"(,"deadline":)", to_rfc3339(c.deadline));
  append_json(text += R"(,"payload":)", c.payload);
  if (c.injected)
    append_fault(text, *c.injected);
  return text += '}';
}

tl::expected<command, refusal> command_from(std::string_view message) {
  auto document = parse_strict_json(message, bounds);
  if (!document)
    return tl::unexpected{document.error()};

  verdict_on_input verdict{"The command"};
  object_reader fields{
      *document,
      "",
      verdict,
      {"saga_id", "order_id", "step", "action", "idempotency_key", "attempt", "deadline", "payload", "fault"}};
  command c;
  question q = read_question(fields);
  c.saga = std::move(q.saga);
  c.step = std::move(q.step);
  c.what = q.what;
  c.order = order_id{fields.id("order_id")};
  c.attempt = static_cast<int>(fields.integer("attempt", 1, std::numeric_limits<int>::max()));
  c.deadline = read_deadline(fields);
  fields.require("payload");
  if (fields.has("fault")) {
    object_reader fault_fields{document->at("fault"), "fault", verdict, {"kind", "ms", "code"}};
    c.injected = read_fault(fault_fields);
  }
  if (!verdict.fine())
    return tl::unexpected{verdict.take()};
  c.idempotency_key = idempotency_key(c.saga, c.step);
  c.payload = std::move(document->at("payload"));
  return c;
}

} // namespace sagad::wire

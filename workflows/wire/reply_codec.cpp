#include "workflows/wire/reply_codec.hpp"

#include <algorithm>

#include "workflows/json_text.hpp"
#include "workflows/strict_json.hpp"
#include "workflows/wire/correlation_id.hpp"
#include "workflows/wire/question.hpp"

namespace sagad::wire {

namespace {

constexpr json_bounds bounds{.bytes_max = reply_bytes_max, .depth_max = 32};

constexpr bool begins_character(char utf8) { return (static_cast<unsigned char>(utf8) & 0xc0U) != 0x80U; }

/// The text's first `count_max` characters.
std::string_view shortened(std::string_view text, std::size_t count_max) {
  if (text.size() <= count_max)
    return text;
  std::size_t count = 0;
  const auto end =
      std::find_if(text.begin(), text.end(), [&](char c) { return begins_character(c) && ++count > count_max; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string read_code(object_reader& fields, reply_outcome outcome) {
  if (!fields.has("code")) {
    if (outcome == reply_outcome::refused)
      fields.refuse("MISSING_FIELD", "code", "is missing from a refusal");
    return {};
  }
  std::string code = fields.string("code");
  const bool may_be_empty = outcome != reply_outcome::refused;
  if (!(code.empty() && may_be_empty) && !is_valid_id(code))
    fields.refuse("INVALID_ID", "code", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
  return code;
}

std::string read_detail(object_reader& fields) {
  if (!fields.has("detail"))
    return {};
  std::string detail = fields.string("detail");
  if (shortened(detail, reply_detail_length_max).size() != detail.size())
    fields.refuse("OUT_OF_RANGE", "detail",
                  "must have at most " + std::to_string(reply_detail_length_max) + " characters");
  if (detail.find('\0') != std::string::npos)
    fields.refuse("INVALID_TEXT", "detail", "must have no zero character");
  return detail;
}

int read_attempt(object_reader& fields, const question& q, std::string_view correlation_id) {
  const auto asked = correlation_from(correlation_id);
  const bool fits = asked && asked->saga == q.saga && asked->step == q.step && asked->what == q.what;
  if (!fits)
    fields.refuse("CORRELATION_MISMATCH", "correlation_id", "must be the command's, copied");
  return asked ? asked->attempt : 0;
}

} // namespace

std::string to_message(const reply& r) {
  std::string text;
  constexpr std::size_t usual_size = 320;
  text.reserve(usual_size);
  append_question(text += '{', r.saga, r.step, r.what);
  append_string(text += R"(,"outcome":)", to_string(r.outcome));
  append_string(text += R"(,"code":)", r.code);
  append_string(text += R"(,"detail":)", shortened(r.detail, reply_detail_length_max));
  append_json(text += R"(,"result":)", r.result);
  return text += '}';
}

tl::expected<reply, refusal> reply_from(std::string_view message, std::string_view correlation_id) {
  auto document = parse_strict_json(message, bounds);
  if (!document)
    return tl::unexpected{document.error()};

  verdict_on_input verdict{"The answer"};
  object_reader fields{
      *document, "", verdict, {"saga_id", "step", "action", "idempotency_key", "outcome", "code", "detail", "result"}};
  question q = read_question(fields);
  reply r;
  r.attempt = read_attempt(fields, q, correlation_id);
  const auto outcome = reply_outcome_from(fields.string("outcome"));
  if (!outcome)
    fields.refuse("UNKNOWN_OUTCOME", "outcome", "must be succeeded, refused, failed or not-found");
  r.outcome = outcome.value_or(reply_outcome::failed);
  r.code = read_code(fields, r.outcome);
  r.detail = read_detail(fields);
  if (!verdict.fine())
    return tl::unexpected{verdict.take()};
  if (const auto result = document->find("result"); result != document->end())
    r.result = std::move(*result);
  r.saga = std::move(q.saga);
  r.step = std::move(q.step);
  r.what = q.what;
  return r;
}

} // namespace sagad::wire

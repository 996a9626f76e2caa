// Throws arbitrary bytes at the readers of small texts: durations, moments, correlation ids, traceparents and abort
// rules. What one takes it must have understood: written again it is the same.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/insist.hpp"
#include "workflows/duration.hpp"
#include "workflows/moment.hpp"
#include "workflows/operations/abort_rule.hpp"
#include "workflows/wire/correlation_id.hpp"
#include "workflows/wire/trace_context.hpp"

namespace {

using namespace sagad;
using sagad::fuzz::insist;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

void check_duration(std::string_view text) {
  const auto read = parse_duration(text);
  if (!read)
    return;
  insist(is_digit(text.front()) && std::string_view{"smhd"}.find(text.back()) != std::string_view::npos);
  insist(*read >= milliseconds{0} && *read <= std::chrono::years{10});
  insist(parse_duration(std::to_string(read->count()) + "ms") == read);
}

void check_moment(std::string_view text) {
  if (const auto read = moment_from_rfc3339(text))
    insist(to_rfc3339(*read) == text);
}

void check_correlation_id(std::string_view text) {
  const auto read = wire::correlation_from(text);
  if (!read)
    return;
  command asked;
  asked.what = read->what;
  asked.idempotency_key = idempotency_key(read->saga, read->step);
  asked.attempt = read->attempt;
  insist(wire::correlation_id_of(asked) == text);
}

void check_traceparent(std::string_view text) {
  if (!wire::is_traceparent(text))
    return;
  insist(text.size() == 55 && !text.starts_with("ff") && std::count(text.begin(), text.end(), '-') == 3);
  insist(std::all_of(text.begin(), text.end(), [](char c) { return c == '-' || is_lower_hex(c); }));
}

void check_abort_rule(std::string_view text) {
  const auto read = operations::parse_abort_rule(text);
  if (!read) {
    insist(!read.error().message.empty() && read.error().position <= text.size());
    return;
  }
  insist(operations::parse_abort_rule(to_string(*read)) == *read);
  insist(!read->is_met(0, 0) && !read->is_met(0, 1'000)); // where nothing failed nothing stops
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_duration(text);
  check_moment(text);
  check_correlation_id(text);
  check_traceparent(text);
  check_abort_rule(text);
  return 0;
}

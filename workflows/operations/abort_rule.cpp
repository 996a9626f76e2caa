#include "workflows/operations/abort_rule.hpp"

#include <charconv>

namespace sagad::operations {

namespace {

constexpr std::size_t number_max = 1'000'000'000;
constexpr std::string_view form = "it reads failed>5% or failed>3";

tl::unexpected<text_error> wrong_at(std::size_t position, std::string what) {
  return tl::unexpected{text_error{position, what + "; " + std::string{form}}};
}

std::size_t after_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ')
    ++at;
  return at;
}

} // namespace

bool abort_rule::is_met(std::size_t failed, std::size_t ended) const {
  return percent ? failed * 100 > failed_max * ended : failed > failed_max;
}

tl::expected<abort_rule, text_error> parse_abort_rule(std::string_view text) {
  constexpr std::string_view word = "failed";
  if (!text.starts_with(word))
    return wrong_at(0, "the rule does not begin with 'failed'");
  std::size_t at = after_spaces(text, word.size());
  if (at == text.size() || text[at] != '>')
    return wrong_at(at, "'>' is missing");
  at = after_spaces(text, at + 1);
  abort_rule rule;
  const char* const from = text.data() + at;
  const auto [end, error] = std::from_chars(from, text.data() + text.size(), rule.failed_max);
  if (error == std::errc::invalid_argument)
    return wrong_at(at, "a number is missing");
  if (error != std::errc{} || rule.failed_max > number_max)
    return wrong_at(at, "the number is too large");
  const std::size_t after = at + static_cast<std::size_t>(end - from);
  rule.percent = after < text.size() && text[after] == '%';
  if (rule.percent && rule.failed_max > 100)
    return wrong_at(at, "no share is larger than 100%");
  const std::size_t rest = after + (rule.percent ? 1 : 0);
  if (rest != text.size())
    return wrong_at(rest, "something follows the number");
  return rule;
}

std::string to_string(const abort_rule& rule) {
  return "failed>" + std::to_string(rule.failed_max) + (rule.percent ? "%" : "");
}

} // namespace sagad::operations

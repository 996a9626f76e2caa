#include "workflows/wire/correlation_id.hpp"

#include <charconv>

namespace sagad::wire {

namespace {

/// What stands before the next slash; the rest stays. None without a slash.
std::optional<std::string_view> take_part(std::string_view& rest) {
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos)
    return std::nullopt;
  const std::string_view part = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  return part;
}

/// A number that counts from 1, written as `to_string` does.
std::optional<int> attempt_in(std::string_view digits) {
  int attempt = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, attempt);
  if (read.ec != std::errc{} || read.ptr != end || attempt < 1 || digits.starts_with('0'))
    return std::nullopt;
  return attempt;
}

} // namespace

std::string correlation_id_of(const command& c) {
  std::string id = c.idempotency_key;
  id += '/';
  id += to_string(c.what);
  id += '/';
  id += std::to_string(c.attempt);
  return id;
}

std::optional<correlation> correlation_from(std::string_view id) {
  const auto saga = take_part(id);
  const auto step = take_part(id);
  const auto word = take_part(id);
  const auto what = word ? action_from(*word) : std::nullopt;
  const auto attempt = attempt_in(id);
  if (!saga || !step || !what || !attempt || !is_valid_id(*saga) || !is_valid_id(*step))
    return std::nullopt;
  return correlation{
      .saga = saga_id{std::string{*saga}}, .step = std::string{*step}, .what = *what, .attempt = *attempt};
}

} // namespace sagad::wire

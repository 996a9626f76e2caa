#include "workflows/faults.hpp"

#include <array>
#include <utility>

namespace sagad {

namespace {
constexpr std::array<std::pair<fault_kind, std::string_view>, 7> names{{
    {fault_kind::kill, "kill"},
    {fault_kind::kill_after, "kill-after"},
    {fault_kind::stall, "stall"},
    {fault_kind::refuse, "refuse"},
    {fault_kind::lose_reply, "lose-reply"},
    {fault_kind::duplicate_reply, "duplicate-reply"},
    {fault_kind::late_reply, "late-reply"},
}};
} // namespace

std::string_view to_string(fault_kind kind) {
  for (const auto& [known, name] : names)
    if (known == kind)
      return name;
  return "unknown";
}

std::optional<fault_kind> fault_kind_from(std::string_view text) {
  for (const auto& [kind, name] : names)
    if (name == text)
      return kind;
  return std::nullopt;
}

std::optional<fault> fault_that_hits(std::span<const fault> faults, std::string_view step, int attempt) {
  std::optional<fault> chosen;
  for (const fault& f : faults) {
    if (f.step != step || (f.times != 0 && attempt > f.times))
      continue;
    if (f.kind == fault_kind::kill)
      return f;
    if (!chosen)
      chosen = f;
  }
  return chosen;
}

} // namespace sagad

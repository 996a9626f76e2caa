#include "workflows/ports/repairs.hpp"

namespace sagad {

std::string_view to_string(repair_state s) {
  switch (s) {
  case repair_state::planned:
    return "planned";
  case repair_state::released:
    return "released";
  case repair_state::applied:
    return "applied";
  case repair_state::moved_on:
    return "moved-on";
  case repair_state::refused:
    return "refused";
  }
  return "unknown";
}

std::optional<repair_state> repair_state_from(std::string_view text) {
  for (const repair_state s : {repair_state::planned, repair_state::released, repair_state::applied,
                               repair_state::moved_on, repair_state::refused})
    if (to_string(s) == text)
      return s;
  return std::nullopt;
}

std::string_view to_string(repair_result r) {
  switch (r) {
  case repair_result::pending:
    return "pending";
  case repair_result::well:
    return "well";
  case repair_result::badly:
    return "badly";
  }
  return "unknown";
}

std::optional<repair_result> repair_result_from(std::string_view text) {
  for (const repair_result r : {repair_result::pending, repair_result::well, repair_result::badly})
    if (to_string(r) == text)
      return r;
  return std::nullopt;
}

} // namespace sagad

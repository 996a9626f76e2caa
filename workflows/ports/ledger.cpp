#include "workflows/ports/ledger.hpp"

namespace sagad {

std::string_view to_string(recorded r) {
  switch (r) {
  case recorded::nothing:
    return "nothing";
  case recorded::succeeded:
    return "succeeded";
  case recorded::refused:
    return "refused";
  case recorded::undone:
    return "undone";
  }
  return "unknown";
}

std::optional<recorded> recorded_from(std::string_view text) {
  for (const recorded r : {recorded::succeeded, recorded::refused, recorded::undone})
    if (to_string(r) == text)
      return r;
  return std::nullopt;
}

inbox_rule rule_for(action what, recorded known, bool final) {
  const bool undo = what == action::undo;
  switch (known) {
  case recorded::nothing:
    if (what == action::probe)
      return inbox_rule::not_found;
    return undo ? inbox_rule::block : inbox_rule::apply;
  case recorded::succeeded:
    if (!undo)
      return inbox_rule::repeat_answer;
    return final ? inbox_rule::stand : inbox_rule::reverse;
  case recorded::refused:
    return undo ? inbox_rule::nothing_to_undo : inbox_rule::repeat_answer;
  case recorded::undone:
    return undo ? inbox_rule::nothing_to_undo : inbox_rule::refuse_blocked;
  }
  return inbox_rule::not_found;
}

bool is_final(const effect& e) {
  const auto* m = std::get_if<mark>(&e);
  return m != nullptr && m->final;
}

} // namespace sagad

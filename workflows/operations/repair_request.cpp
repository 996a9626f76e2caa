#include "workflows/operations/repair_request.hpp"

#include <array>

namespace sagad::operations {

namespace {

constexpr std::array every_action{operator_action::retry,      operator_action::resume, operator_action::cancel,
                                  operator_action::compensate, operator_action::skip,   operator_action::hold};

} // namespace

std::string_view to_string(operator_action a) {
  switch (a) {
  case operator_action::retry:
    return "retry";
  case operator_action::resume:
    return "resume";
  case operator_action::cancel:
    return "cancel";
  case operator_action::compensate:
    return "compensate";
  case operator_action::skip:
    return "skip";
  case operator_action::hold:
    return "hold";
  }
  return "unknown";
}

std::optional<operator_action> operator_action_from(std::string_view text) {
  for (const operator_action a : every_action)
    if (to_string(a) == text)
      return a;
  return std::nullopt;
}

event::kind wish_of(operator_action a) {
  switch (a) {
  case operator_action::retry:
    return event::kind::retry;
  case operator_action::resume:
    return event::kind::resume;
  case operator_action::cancel:
    return event::kind::cancel;
  case operator_action::compensate:
    return event::kind::compensate;
  case operator_action::skip:
    return event::kind::skip;
  case operator_action::hold:
    return event::kind::hold;
  }
  return event::kind::retry;
}

operator_action action_of(event::kind what) {
  for (const operator_action a : every_action)
    if (wish_of(a) == what)
      return a;
  return operator_action::retry;
}

event event_of(const repair_request& wanted, moment at, double chance) {
  return {.what = wish_of(wanted.what),
          .at = at,
          .chance = chance,
          .who = wanted.who,
          .reason = wanted.why,
          .value = wanted.value};
}

} // namespace sagad::operations

#include "workflows/messages.hpp"

namespace sagad {

std::string_view to_string(action a) {
  switch (a) {
  case action::perform:
    return "do";
  case action::undo:
    return "undo";
  case action::probe:
    return "probe";
  }
  return "unknown";
}

std::optional<action> action_from(std::string_view text) {
  for (const action a : {action::perform, action::undo, action::probe})
    if (to_string(a) == text)
      return a;
  return std::nullopt;
}

std::string_view to_string(reply_outcome o) {
  switch (o) {
  case reply_outcome::succeeded:
    return "succeeded";
  case reply_outcome::refused:
    return "refused";
  case reply_outcome::failed:
    return "failed";
  case reply_outcome::not_found:
    return "not-found";
  case reply_outcome::undelivered:
    return "undelivered";
  }
  return "unknown";
}

std::optional<reply_outcome> reply_outcome_from(std::string_view text) {
  for (const reply_outcome o :
       {reply_outcome::succeeded, reply_outcome::refused, reply_outcome::failed, reply_outcome::not_found})
    if (to_string(o) == text)
      return o;
  return std::nullopt;
}

} // namespace sagad

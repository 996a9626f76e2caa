#include "workflows/operations/circuit_breaker.hpp"

#include <algorithm>
#include <utility>

namespace sagad::operations {

std::string_view to_string(circuit c) {
  switch (c) {
  case circuit::closed:
    return "closed";
  case circuit::open:
    return "open";
  case circuit::probing:
    return "probing";
  }
  return "unknown";
}

std::string_view to_string(circuit_override o) {
  switch (o) {
  case circuit_override::none:
    return "none";
  case circuit_override::forced_open:
    return "forced-open";
  case circuit_override::forced_closed:
    return "forced-closed";
  }
  return "unknown";
}

std::optional<circuit_override> circuit_override_from(std::string_view text) {
  using enum circuit_override;
  for (const circuit_override o : {none, forced_open, forced_closed})
    if (to_string(o) == text)
      return o;
  return std::nullopt;
}

std::optional<bool> is_answer(reply_outcome o) {
  switch (o) {
  case reply_outcome::succeeded:
  case reply_outcome::refused:
  case reply_outcome::not_found:
    return true;
  case reply_outcome::failed:
    return false;
  case reply_outcome::undelivered:
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string_view> circuit_breaker::stops(moment now) {
  if (forced_ == circuit_override::forced_open)
    return codes::participant_held;
  if (forced_ == circuit_override::forced_closed || state_ == circuit::closed)
    return std::nullopt;
  if (now < probe_at_)
    return codes::circuit_open;
  state_ = circuit::probing;
  probe_left_ = now;
  // Should nobody ever tell what became of the probe, another one follows.
  probe_at_ = now + settings_.probe_after_max;
  return std::nullopt;
}

void circuit_breaker::heard(const command_outcome& o) {
  if (o.answered)
    return close(o.at);
  silences_ = std::min(silences_ + 1, settings_.silences_max);
  switch (state_) {
  case circuit::closed:
    if (silences_ >= settings_.silences_max)
      open(o.at, std::to_string(silences_) + " commands in a row got no certain answer, the last one " + o.code);
    break;
  case circuit::open:
    break; // left before the circuit opened
  case circuit::probing:
    if (o.sent_at < probe_left_)
      break;
    state_ = circuit::open;
    pause_ = doubled();
    probe_at_ = std::max(o.at, probe_left_) + pause_;
    break;
  }
}

void circuit_breaker::force(circuit_override o, moment at, std::string why) {
  forced_ = o;
  forced_since_ = at;
  forced_why_ = std::move(why);
  if (o == circuit_override::none) {
    silences_ = 0;
    close(at);
  }
}

circuit_view circuit_breaker::view() const {
  if (forced_ != circuit_override::none) {
    const bool open = forced_ == circuit_override::forced_open;
    return {
        .state = open ? circuit::open : circuit::closed, .forced = forced_, .since = forced_since_, .why = forced_why_};
  }
  circuit_view v{.state = state_, .since = since_, .why = why_};
  if (state_ != circuit::closed)
    v.probe_at = probe_at_;
  return v;
}

void circuit_breaker::open(moment at, std::string why) {
  state_ = circuit::open;
  since_ = at;
  why_ = std::move(why);
  pause_ = settings_.probe_after_initial;
  probe_at_ = at + pause_;
}

void circuit_breaker::close(moment at) {
  silences_ = 0;
  if (state_ == circuit::closed)
    return;
  state_ = circuit::closed;
  since_ = at;
  why_ = "it answers";
}

milliseconds circuit_breaker::doubled() const { return std::min(pause_ * 2, settings_.probe_after_max); }

} // namespace sagad::operations

#include "tools/sagactl/order_view.hpp"

#include <array>
#include <utility>

#include "tools/common/duration.hpp"

namespace sagad::ctl {

namespace {

record to_record(const step_record& step) {
  return {{"step", step.name},
          {"state", to_string(step.state)},
          {"attempts", step.attempts},
          {"started_at", or_null(step.started_at)},
          {"ended_at", or_null(step.ended_at)},
          {"code", or_null(step.code)}};
}

colour tint_of(step_state state) {
  switch (state) {
  case step_state::succeeded:
    return colour::good;
  case step_state::refused:
  case step_state::in_doubt:
    return colour::bad;
  case step_state::asked:
  case step_state::undoing:
    return colour::busy;
  case step_state::pending:
    return colour::faint;
  case step_state::undone:
    break;
  }
  return colour::plain;
}

/// Dashes make an absent value visible to people.
std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string age_of(const std::optional<moment>& at, moment now) { return at ? relative(*at, now) : "-"; }

std::string duration_of(const step_record& step) {
  if (!step.started_at || !step.ended_at)
    return "-";
  return tools::to_text(*step.ended_at - *step.started_at);
}

std::string title_of(const order_view& order) {
  const std::string_view state = to_string(order.now.state);
  return std::string{state} + (order.now.outcome.empty() ? "" : ' ' + order.now.outcome);
}

} // namespace

std::string current_step(const saga& s) {
  return has_ended(s) || s.at >= s.steps.size() ? std::string{} : s.steps[s.at].name;
}

colour tint_of(saga_state state) {
  switch (state) {
  case saga_state::completed:
    return colour::good;
  case saga_state::running:
  case saga_state::compensating:
    return colour::busy;
  case saga_state::held:
    return colour::bad;
  case saga_state::rolled_back:
    break;
  }
  return colour::plain;
}

record to_summary(const order_view& order) {
  const saga& s = order.now;
  return {{"order_id", s.order.value},
          {"customer_id", order.customer.value},
          {"state", to_string(s.state)},
          {"outcome", or_null(s.outcome)},
          {"total", order.total},
          {"step", or_null(current_step(s))},
          {"owner", or_null(order.owner)},
          {"attempts", s.attempt},
          {"next_wakeup_at", or_null(s.wakeup_at)},
          {"last_error", or_null(s.last_error)},
          {"created_at", to_rfc3339(s.created_at)},
          {"updated_at", to_rfc3339(s.updated_at)}};
}

record to_record(const order_view& order) {
  record r = to_summary(order);
  r["steps"] = record::array();
  for (const step_record& step : order.now.steps)
    r["steps"].push_back(to_record(step));
  return r;
}

record to_record(const order_id& order, const fact& happened) {
  return {{"order_id", order.value},           {"sequence", happened.sequence},
          {"at", to_rfc3339(happened.at)},     {"type", happened.type},
          {"attempt", happened.attempt},       {"code", or_null(happened.code)},
          {"detail", or_null(happened.detail)}};
}

void print_order(std::ostream& out, const screen& on, const order_view& order, moment now) {
  const saga& s = order.now;
  const std::array<std::pair<std::string_view, cell>, 9> fields{{
      {"order", cell{s.order.value}},
      {"state", cell{title_of(order), tint_of(s.state)}},
      {"customer", cell{order.customer.value}},
      {"total", cell{std::to_string(order.total)}},
      {"driven by", cell{or_dash(order.owner)}},
      {"wakes up", cell{age_of(s.wakeup_at, now)}},
      {"last error", cell{or_dash(s.last_error)}},
      {"created", cell{relative(s.created_at, now)}},
      {"updated", cell{relative(s.updated_at, now)}},
  }};
  table head{{{""}, {""}}};
  for (const auto& [name, value] : fields)
    head.add({cell{std::string{name}, colour::faint}, value});
  head.print_rows(out, on);
  out << '\n';

  table steps{{{"STEP"}, {"STATE"}, {"ATTEMPTS", align::right}, {"STARTED"}, {"TOOK", align::right}, {"CODE"}}};
  for (const step_record& step : s.steps) {
    const bool current = step.name == current_step(s);
    steps.add({cell{(current ? "> " : "  ") + step.name}, cell{std::string{to_string(step.state)}, tint_of(step.state)},
               cell{std::to_string(step.attempts)}, cell{age_of(step.started_at, now)}, cell{duration_of(step)},
               cell{or_dash(step.code)}});
  }
  steps.print(out, on);
}

} // namespace sagad::ctl

#include "tools/sagactl/operation_view.hpp"

#include <array>
#include <ostream>
#include <utility>

#include "tools/sagactl/for_terminal.hpp"

namespace sagad::ctl {

namespace {

bool has_failed(const repair& r) {
  return r.state == repair_state::moved_on || r.state == repair_state::refused || r.result == repair_result::badly;
}

colour tint_of(const operation& o) {
  if (!o.counts.is_over())
    return o.stopped_at ? colour::bad : colour::busy;
  return o.counts.failed() == 0 ? colour::good : colour::bad;
}

std::size_t under_way(const repair_counts& c) { return c.released + c.applied - c.well - c.badly; }

/// In a person's words: how carefully.
std::string pace_of(const operations::pace_settings& p) {
  std::string text;
  const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (p.canary > 0)
    add("canary of " + std::to_string(p.canary) + ", then a ramp");
  if (p.per_second)
    add(std::to_string(*p.per_second) + " a second");
  if (p.abort_if)
    add("until " + to_string(*p.abort_if));
  return text.empty() ? "all at once" : text;
}

std::string stop_of(const operation& o, moment now) {
  return "by " + o.stopped_by + ' ' + relative(*o.stopped_at, now) + ": " + o.stopped_because;
}

void print_for_people(session& s, const operation& o, const std::vector<repair>& repairs) {
  const moment now = s.now();
  table head{{{""}, {""}}};
  const auto add = [&](const char* name, cell value) { head.add({cell{name, colour::faint}, std::move(value)}); };
  add("operation", o.id);
  add("wants", std::string{to_string(o.asked.wanted.what)} + " of " + std::to_string(o.counts.total()) +
                   (o.counts.total() == 1 ? " order" : " orders"));
  add("by", o.asked.wanted.who + ' ' + relative(o.planned_at, now));
  add("why", o.asked.wanted.why);
  add("pace", pace_of(o.asked.pace));
  add("state", cell{std::string{state_of(o)}, tint_of(o)});
  if (o.stopped_at)
    add("stopped", stop_of(o, now));
  head.print_rows(s.out, s.on);

  table failed{{{"ORDER"}, {"RESULT"}, {"WHY"}}};
  for (const repair& r : repairs)
    if (has_failed(r))
      failed.add({r.order.value, cell{std::string{result_of(r)}, colour::bad}, r.because});
  if (!failed.empty())
    s.out << '\n';
  failed.print(s.out, s.on);
  s.out << '\n' << tinted(for_terminal(sentence_about(o)), tint_of(o), s.on) << '\n';
}

record with_orders(const operation& o, const std::vector<repair>& repairs) {
  record r = to_record(o);
  r["orders"] = record::array();
  for (const repair& item : repairs)
    r["orders"].push_back(to_record(item));
  return r;
}

} // namespace

std::string_view state_of(const operation& o) {
  if (o.counts.is_over())
    return "over";
  return o.stopped_at ? "stopped" : "under way";
}

record to_record(const operation& o) {
  const operations::pace_settings& pace = o.asked.pace;
  const repair_counts& c = o.counts;
  record r{{"operation_id", o.id},
           {"action", to_string(o.asked.wanted.what)},
           {"who", o.asked.wanted.who},
           {"why", o.asked.wanted.why},
           {"value", o.asked.wanted.value},
           {"rate", nullptr},
           {"canary", pace.canary},
           {"abort_if", pace.abort_if ? record(to_string(*pace.abort_if)) : record(nullptr)},
           {"planned_at", to_rfc3339(o.planned_at)},
           {"state", state_of(o)},
           {"total", c.total()},
           {"planned", c.planned},
           {"released", c.released},
           {"applied", c.applied},
           {"moved_on", c.moved_on},
           {"refused", c.refused},
           {"well", c.well},
           {"badly", c.badly},
           {"failed", c.failed()},
           {"stopped_at", or_null(o.stopped_at)},
           {"stopped_by", or_null(o.stopped_by)},
           {"stopped_because", or_null(o.stopped_because)}};
  if (pace.per_second)
    r["rate"] = *pace.per_second;
  return r;
}

presentation<operation> as_operation(moment now) {
  return {.to_record = [](const operation& o) { return to_record(o); },
          .id = [](const operation& o) { return o.id; },
          .columns = {{"OPERATION"},
                      {"WANTS"},
                      {"STATE"},
                      {"ORDERS", align::right},
                      {"WELL", align::right},
                      {"FAILED", align::right},
                      {"LEFT", align::right},
                      {"BY"},
                      {"PLANNED"},
                      {"WHY"}},
          .row = [now](const operation& o) -> std::vector<cell> {
            const std::size_t ended = o.counts.well + o.counts.failed();
            return {o.id,
                    std::string{to_string(o.asked.wanted.what)},
                    {std::string{state_of(o)}, tint_of(o)},
                    std::to_string(o.counts.total()),
                    std::to_string(o.counts.well),
                    std::to_string(o.counts.failed()),
                    std::to_string(o.counts.total() - ended),
                    o.asked.wanted.who,
                    relative(o.planned_at, now),
                    o.asked.wanted.why};
          }};
}

std::string_view result_of(const repair& r) {
  return r.state == repair_state::applied ? to_string(r.result) : to_string(r.state);
}

record to_record(const repair& r) {
  return {{"order_id", r.order.value},
          {"state", to_string(r.state)},
          {"result", result_of(r)},
          {"because", or_null(r.because)},
          {"at", to_rfc3339(r.at)}};
}

std::string sentence_about(const operation& o) {
  const repair_counts& c = o.counts;
  std::string text = o.id + ": " + std::to_string(c.well) + " of " + std::to_string(c.total()) + " ended well, " +
                     std::to_string(c.failed()) + " failed";
  if (const std::size_t moving = under_way(c); moving != 0)
    text += ", " + std::to_string(moving) + " under way";
  if (c.planned != 0)
    text += ", " + std::to_string(c.planned) + " not begun";
  return text + '.';
}

void print_operation(session& s, const operation& o, const std::vector<repair>& repairs) {
  switch (s.format_or(output_format::table)) {
  case output_format::table:
    print_for_people(s, o, repairs);
    break;
  case output_format::json:
    s.out << indented(with_orders(o, repairs)) << '\n';
    break;
  case output_format::jsonl:
    for (const repair& r : repairs)
      s.out << one_line(to_record(r)) << '\n';
    break;
  case output_format::ids:
    for (const repair& r : repairs)
      s.out << r.order.value << '\n';
    break;
  }
}

exit_code code_of(const operation& o) { return o.counts.failed() == 0 ? exit_code::done : exit_code::failed; }

} // namespace sagad::ctl

#include "tools/sagactl/audit_command.hpp"

#include <array>
#include <utility>
#include <vector>

#include "tools/sagactl/output.hpp"

namespace sagad::ctl {

namespace {

record to_record(const audit_finding& f) {
  return {{"promise", f.promise}, {"check", f.check}, {"subject", f.subject}, {"detail", f.detail}};
}

record to_record(const audit_report& r) {
  record findings = record::array();
  for (const audit_finding& f : r.findings)
    findings.push_back(to_record(f));
  return {{"clean", r.findings.empty()}, {"orders", r.orders},     {"effects", r.effects},
          {"unfinished", r.unfinished},  {"held", r.held},         {"credited", r.credited},
          {"balances", r.balances},      {"charged", r.charged},   {"units_in", r.units_in},
          {"available", r.available},    {"reserved", r.reserved}, {"findings", std::move(findings)}};
}

void print_sums(session& s, const audit_report& r) {
  const std::array<std::pair<std::string_view, std::int64_t>, 10> sums{{
      {"orders", static_cast<std::int64_t>(r.orders)},
      {"  not ended yet", static_cast<std::int64_t>(r.unfinished)},
      {"  held for a person", static_cast<std::int64_t>(r.held)},
      {"effects", static_cast<std::int64_t>(r.effects)},
      {"money: credits in", r.credited},
      {"  = balances", r.balances},
      {"  + charged, not refunded", r.charged},
      {"stock: units in", r.units_in},
      {"  = available", r.available},
      {"  + reserved", r.reserved},
  }};
  table rows{{{""}, {"", align::right}}};
  for (const auto& [name, count] : sums)
    rows.add({std::string{name}, std::to_string(count)});
  rows.print_rows(s.out, s.on);
}

void print_table(session& s, const audit_report& r) {
  print_sums(s, r);
  s.out << '\n';
  if (r.findings.empty()) {
    s.out << tinted("Every promise is kept.", colour::good, s.on) << '\n';
    return;
  }
  table rows{{{"PROMISE", align::right}, {"CHECK"}, {"SUBJECT"}, {"DETAIL"}}};
  for (const audit_finding& f : r.findings)
    rows.add({{std::to_string(f.promise), colour::bad}, f.check, f.subject, f.detail});
  rows.print(s.out, s.on);
  s.out << '\n'
        << tinted("Promises are broken: " + std::to_string(r.findings.size()) + " in all.", colour::bad, s.on) << '\n';
}

} // namespace

exit_code audit_store(session& s) {
  const auto audited = s.office.audit(s.now());
  if (!audited)
    return report(s, audited.error());
  if (s.format_or(output_format::table) == output_format::ids) {
    for (const audit_finding& f : audited->findings)
      s.out << f.subject << '\n';
  } else {
    print_one(s, to_record(*audited), "", [&] { print_table(s, *audited); });
  }
  return audited->findings.empty() ? exit_code::done : exit_code::unhealthy;
}

} // namespace sagad::ctl

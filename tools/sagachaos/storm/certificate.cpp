#include "tools/sagachaos/storm/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <sstream>

#include "tools/common/duration.hpp"

namespace sagad::chaos::storm {

namespace {

using nlohmann::ordered_json;

/// Adds a line: what it is about, and what it says.
using row_fn = std::function<void(const std::string& name, const std::string& text)>;

/// More of one kind tell nobody anything new.
constexpr std::size_t shown_of_a_charge_max = 10;

std::string command_again(const storm_options& o) {
  std::string text = "sagachaos storm --scenario " + o.named + " --seed " + std::to_string(o.seed) + " --nodes " +
                     std::to_string(o.what.nodes) + " --brokers " + std::to_string(o.what.brokers);
  if (o.lasts)
    text += " --for " + std::to_string(o.lasts->count()) + "ms";
  if (o.faults)
    text += " --faults " + std::to_string(*o.faults);
  return text;
}

std::size_t stored(const verdict& v) { return v.completed + v.rolled_back + v.stuck; }

/// Of a hundred, with two digits behind the point; a hundred only when it is all.
double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : std::floor(10'000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 100;
}

std::string share(std::size_t part, std::size_t whole) {
  std::ostringstream text;
  text.setf(std::ios::fixed);
  text.precision(2);
  text << percent(part, whole) << " %  (" << part << " of " << whole << ")";
  return text.str();
}

std::string listed(const std::map<std::string, std::size_t>& faults) {
  std::string text;
  for (const auto& [what, count] : faults)
    text += (text.empty() ? "" : ", ") + what + ' ' + std::to_string(count);
  return text;
}

void tell_accusations(std::ostream& out, const std::vector<accusation>& all) {
  std::map<std::string, std::size_t> told;
  for (const accusation& a : all)
    if (++told[a.charge] <= shown_of_a_charge_max)
      out << "  " << a.charge << ": " << a.subject << ": " << a.detail << '\n';
  for (const auto& [charge, count] : told)
    if (count > shown_of_a_charge_max)
      out << "  " << charge << ": and " << count - shown_of_a_charge_max << " more\n";
}

std::string maybe(const std::optional<milliseconds>& time) { return time ? tools::to_text(*time) : "-"; }

void tell_orders(const row_fn& row, const storm_options& options, const storm_report& r) {
  const verdict& v = r.found;
  row("orders", std::to_string(v.sent) + " sent: " + std::to_string(v.accepted) + " accepted, " +
                    std::to_string(v.refused) + " refused, " + std::to_string(v.unanswered) + " unanswered");
  row("lost", std::to_string(v.lost));
  row("doubled", std::to_string(v.doubled));
  row("stuck", std::to_string(v.stuck) + (v.held > 0 ? " (" + std::to_string(v.held) + " held)" : ""));
  row("progress", share(v.completed, stored(v)));
  row("compensation", share(v.rolled_back, stored(v)) + ", " + std::to_string(v.given_up) +
                          " of them because the storm outlasted their patience");
  row("termination", share(v.ended(), stored(v)));
  row("calm after", r.calmed ? tools::to_text(*r.calmed) : "not within " + tools::to_text(options.what.calm_within));
  row("recovery",
      r.worst ? "at worst " + tools::to_text(r.worst->took) + " until an order ended again, after " + r.worst->what
              : "-");
  row("takeover", "at worst " + maybe(r.watched.takeover_max) + " after kill -9, of " +
                      std::to_string(r.watched.takeovers) + " seen");
}

} // namespace

bool is_clean(const storm_report& report) { return report.found.accusations.empty() && report.calmed.has_value(); }

std::string certificate_text(const storm_options& options, const storm_report& r, const std::string& kept_in) {
  const verdict& v = r.found;
  std::ostringstream out;
  const row_fn row = [&](const std::string& name, const std::string& text) {
    out << "  " << name << std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') << text << '\n';
  };
  out << "sagachaos storm, scenario " << options.what.name << ": "
      << (is_clean(r) ? "every promise was kept." : "A PROMISE WAS BROKEN.") << "\n\n";
  row("seed", std::to_string(options.seed) + "  (" + command_again(options) + ")");
  row("cluster", std::to_string(options.what.nodes) + " nodes, " + std::to_string(options.what.brokers) +
                     (options.what.brokers == 1 ? " broker" : " brokers") + ", 1 database" +
                     (options.what.participant ? ", 1 participant" : "") + (options.what.tls ? ", TLS" : "") +
                     "; up in " + tools::to_text(r.started_in));
  row("faults", std::to_string(r.faults_struck) + " in " + tools::to_text(r.stormed) + ": " + listed(r.faults));
  row("", std::to_string(r.faults_missed) + " found their victim still down; " + std::to_string(r.bits_turned) +
              " bits turned; " + std::to_string(r.restarts) + " nodes ended by themselves and were started again");
  if (r.broken_off)
    row("orders", std::to_string(v.sent) +
                      " sent; the storm was broken off at the first broken promise, and nobody was "
                      "asked after them");
  else
    tell_orders(row, options, r);
  row("events", std::to_string(r.facts) + " heard, " + std::to_string(r.repetitions) + " of them again, " +
                    std::to_string(r.overtaken) + " redelivered after a later one");
  row("audits", std::to_string(r.watched.audits));
  row("timeline", kept_in.empty() && options.timeline_file.string().starts_with(options.folder.string())
                      ? "not kept; --timeline FILE keeps it"
                      : options.timeline_file.string());
  if (!kept_in.empty())
    row("logs", kept_in);
  if (!v.accusations.empty()) {
    out << "\nbroken promises: " << v.accusations.size() << '\n';
    tell_accusations(out, v.accusations);
  }
  return out.str();
}

ordered_json certificate_json(const storm_options& options, const storm_report& r, const std::string& kept_in) {
  const verdict& v = r.found;
  const auto ms = [](const std::optional<milliseconds>& time) {
    return time ? ordered_json(time->count()) : ordered_json();
  };
  ordered_json accusations = ordered_json::array();
  for (const accusation& a : v.accusations)
    accusations.push_back({{"charge", a.charge}, {"subject", a.subject}, {"detail", a.detail}});
  return {
      {"scenario", options.what.name},
      {"seed", options.seed},
      {"kept", is_clean(r)},
      {"broken_off", r.broken_off},
      {"nodes", options.what.nodes},
      {"brokers", options.what.brokers},
      {"stormed_ms", r.stormed.count()},
      {"calmed_ms", ms(r.calmed)},
      {"faults", r.faults_struck},
      {"faults_by_kind", r.faults},
      {"faults_missed", r.faults_missed},
      {"bits_turned", r.bits_turned},
      {"restarts", r.restarts},
      {"orders", {{"sent", v.sent}, {"accepted", v.accepted}, {"refused", v.refused}, {"unanswered", v.unanswered}}},
      {"lost", v.lost},
      {"doubled", v.doubled},
      {"stuck", v.stuck},
      {"held", v.held},
      {"given_up", v.given_up},
      {"completed", v.completed},
      {"rolled_back", v.rolled_back},
      {"progress_percent", percent(v.completed, stored(v))},
      {"compensation_percent", percent(v.rolled_back, stored(v))},
      {"termination_percent", percent(v.ended(), stored(v))},
      {"recovery_max_ms", r.worst ? ordered_json(r.worst->took.count()) : ordered_json()},
      {"recovery_max_after", r.worst ? ordered_json(r.worst->what) : ordered_json()},
      {"takeover_max_ms", ms(r.watched.takeover_max)},
      {"takeovers_seen", r.watched.takeovers},
      {"events", r.facts},
      {"events_again", r.repetitions},
      {"events_overtaken", r.overtaken},
      {"audits", r.watched.audits},
      {"timeline", options.timeline_file.string()},
      {"logs", kept_in},
      {"accusations", accusations}};
}

} // namespace sagad::chaos::storm

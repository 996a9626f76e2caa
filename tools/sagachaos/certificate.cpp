#include "tools/sagachaos/certificate.hpp"

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#ifndef SAGAD_COMMIT
#define SAGAD_COMMIT "unknown"
#endif

namespace sagad::chaos {

namespace {

using ordered_json = nlohmann::ordered_json;

std::string with_commas(std::size_t n) {
  std::string digits = std::to_string(n);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

std::string seconds(std::chrono::duration<double> d) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", d.count());
  return text.data();
}

std::string line(const std::string& title, const std::string& text) {
  constexpr std::size_t title_width = 12;
  return title + std::string(title_width - title.size(), ' ') + text + '\n';
}

std::string all_points(const exhaust_result& r) {
  std::size_t sum = 0;
  std::string each;
  for (std::size_t i = 0; i < places; ++i) {
    sum += r.points[i];
    each += (i == 0 ? "" : ", ") + with_commas(r.points[i]) + ' ' + std::string{to_string(static_cast<place>(i))} + 's';
  }
  return with_commas(sum) + ": " + each;
}

/// Those that struck, and how often.
std::string all_strikes(const exhaust_result& r) {
  std::string all;
  for (std::size_t i = 0; i < harms; ++i)
    if (r.strikes[i] > 0)
      all += (all.empty() ? "" : ", ") + with_commas(r.strikes[i]) + ' ' + std::string{to_string(static_cast<harm>(i))};
  return all.empty() ? "none" : all;
}

std::string what_was_done(const exhaust_result& r) {
  return line("definition", r.definition + " v" + std::to_string(r.version)) +
         line("scenarios", with_commas(r.scenarios.size())) + line("points", all_points(r)) +
         line("faults", all_strikes(r) + (r.pairs ? "; singly and in pairs" : "; singly")) +
         line("runs", with_commas(r.runs)) + line("seed", std::to_string(r.seed)) + line("took", seconds(r.took)) +
         line("built from", std::string{built_from()});
}

std::string list_of(const std::vector<broken_promise>& broken) {
  std::string text;
  for (const broken_promise& b : broken)
    text += "  " + std::string{name_of(b.what)} + "\n      " + b.detail + '\n';
  return text;
}

ordered_json json_of(const std::vector<broken_promise>& broken) {
  ordered_json list = ordered_json::array();
  for (const broken_promise& b : broken)
    list.push_back({{"promise", name_of(b.what)}, {"detail", b.detail}});
  return list;
}

} // namespace

std::string_view built_from() { return SAGAD_COMMIT; }

std::string to_text(const exhaust_result& r) {
  if (r.found)
    return "A PROMISE IS BROKEN\n\n" + list_of(r.found->broken) +
           "\nby this schedule, of which no fault can be left "
           "out:\n\n" +
           to_text(r.found->what) + '\n' + what_was_done(r);
  std::string text = "CERTIFICATE: every promise was kept in every run\n\n" + what_was_done(r) + "\nIn each run:\n";
  for (const promise each : r.held_to)
    text += "  " + std::string{name_of(each)} + '\n';
  return text;
}

std::string to_json(const exhaust_result& r) {
  ordered_json points;
  for (std::size_t i = 0; i < places; ++i)
    points[std::string{to_string(static_cast<place>(i))}] = r.points[i];
  ordered_json strikes = ordered_json::object();
  for (std::size_t i = 0; i < harms; ++i)
    if (r.strikes[i] > 0)
      strikes[std::string{to_string(static_cast<harm>(i))}] = r.strikes[i];
  ordered_json held_to = ordered_json::array();
  for (const promise each : r.held_to)
    held_to.push_back(name_of(each));
  ordered_json value{
      {"kept", !r.found}, {"definition", r.definition}, {"version", r.version},      {"scenarios", r.scenarios},
      {"points", points}, {"faults", strikes},          {"pairs", r.pairs},          {"runs", r.runs},
      {"seed", r.seed},   {"promises", held_to},        {"seconds", r.took.count()}, {"built_from", built_from()}};
  if (r.found) {
    value["broken"] = json_of(r.found->broken);
    value["schedule"] = ordered_json::parse(to_text(r.found->what));
  }
  return value.dump() + '\n';
}

std::string to_text(const replayed& run) {
  std::string text = "     time  what                what exactly\n";
  for (const step_line& l : run.lines) {
    std::array<char, 64> begins{};
    std::snprintf(begins.data(), begins.size(), "%7.3f s  %-18.*s  ", static_cast<double>(l.at.count()) / 1'000.0,
                  static_cast<int>(l.what.size()), l.what.data());
    text += begins.data() + l.text + '\n';
  }
  return text + (run.broken.empty() ? "\nall promises hold\n" : "\nbroken:\n" + list_of(run.broken));
}

std::string to_json(const replayed& run) {
  ordered_json lines = ordered_json::array();
  for (const step_line& l : run.lines)
    lines.push_back({{"ms", l.at.count()}, {"what", l.what}, {"text", l.text}});
  return ordered_json{{"kept", run.broken.empty()}, {"steps", lines}, {"broken", json_of(run.broken)}}.dump() + '\n';
}

} // namespace sagad::chaos

#include "tools/sagachaos/storm/inquiry.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string_view>
#include <utility>

#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/delivery_probe.hpp"
#include "tools/sagachaos/storm/interruption.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;
using tools::need;

constexpr auto probes_answered_within = 120s;

std::string why(const order_view& o) {
  const saga& s = o.now;
  const std::string step = s.at < s.steps.size() ? s.steps[s.at].name : "its end";
  std::string text = "it asks " + std::string{to_string(s.asking)} + " of " + step + ", attempt " +
                     std::to_string(s.attempt) + ", " + (o.owner.empty() ? "driven by nobody" : "driven by " + o.owner);
  if (!s.last_error.empty())
    text += "; the last trouble: " + s.last_error;
  return text;
}

std::vector<accusation> accusations_of(const std::vector<audit_finding>& findings, const std::string& when) {
  std::vector<accusation> all;
  all.reserve(findings.size());
  for (const audit_finding& f : findings)
    all.push_back({"promise " + std::to_string(f.promise) + ": " + f.check, f.subject, f.detail + " (" + when + ")"});
  return all;
}

} // namespace

void inquiry::into(std::vector<promise> promises, event_book heard) {
  report_.facts = heard.facts();
  report_.repetitions = heard.repetitions();
  report_.overtaken = heard.overtaken();
  accusations_ = accusations_of(report_.watched.findings, "an audit during the storm");
  if (report_.broken_off) {
    report_.found.sent = promises.size();
    const auto& complaints = heard.accusations();
    accusations_.insert(accusations_.end(), complaints.begin(), complaints.end());
  } else {
    evidence all{.given_up_percent_max = given_up_percent_max_,
                 .promises = std::move(promises),
                 .orders = {},
                 .wallets = {},
                 .shelves = {},
                 .deliveries = {},
                 .events = std::move(heard)};
    const auto office = cluster_.open_office();
    read_orders(*office, all);
    read_books(*office, all);
    audit(*office, "the audit after the storm");
    if (cluster_.participant() != nullptr) {
      all.deliveries = ask_about_deliveries(cluster_.brokers().url(), all.orders, probes_answered_within);
      audit(*cluster_.open_participants_office(), "the audit of the participant's store");
    }
    report_.found = judge(all);
  }
  auto& found = report_.found.accusations;
  found.insert(found.begin(), accusations_.begin(), accusations_.end());
}

void inquiry::read_orders(back_office& office, evidence& to) {
  for (const order_view& o : need(office.list_orders({}))) {
    interruption::check();
    stored_order read{.order = o.now.order.value,
                      .customer = o.customer.value,
                      .state = std::string{to_string(o.now.state)},
                      .outcome = o.now.outcome,
                      .total = o.total,
                      .why = why(o),
                      .facts = {}};
    for (const fact& f : need(office.history(o.now.order, 0)))
      read.facts.push_back(f.type);
    if (has_ended(o.now))
      order_ends_.push_back(o.now.updated_at);
    to.orders.push_back(std::move(read));
  }
}

void inquiry::read_books(back_office& office, evidence& to) {
  for (const wallet& w : need(office.wallets()))
    to.wallets.push_back({.customer = w.customer.value,
                          .balance = w.balance,
                          .began_with = cluster_.balance_at_first(w.customer.value)});
  for (const stock_level& level : need(office.stock()))
    to.shelves.push_back({.sku = level.item.value,
                          .available = level.available,
                          .reserved = level.reserved,
                          .began_with = cluster_.units_at_first(level.item.value)});
}

void inquiry::audit(back_office& office, const std::string& whose) {
  const auto found = accusations_of(need(office.audit(tools::wall_clock())).findings, whose);
  accusations_.insert(accusations_.end(), found.begin(), found.end());
  ++report_.watched.audits;
}

} // namespace sagad::chaos::storm

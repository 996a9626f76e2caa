#include "tools/sagactl/repair_plan_view.hpp"

#include <algorithm>
#include <ostream>
#include <span>

#include "tools/sagactl/order_view.hpp"
#include "workflows/operations/words.hpp"

namespace sagad::ctl {

namespace {

using operations::counted;
using operations::planned_repair;
using operations::repair_plan;

std::string states_in(const repair_plan& plan) {
  std::string text;
  for (const auto& [state, count] : plan.by_state)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + std::string{to_string(state)};
  return text;
}

record to_record(const operations::money_effect& money) {
  return {{"refunded", money.refunded}, {"kept", money.kept}, {"on_a_persons_word", money.on_a_persons_word}};
}

record to_record(const planned_repair& p) {
  record r{{"order_id", p.order.value},
           {"state", to_string(p.state)},
           {"allowed", p.allowed},
           {"because", or_null(p.refused_because)},
           {"money", to_record(p.money)}};
  return r;
}

record to_record(const repair_plan& plan) {
  record r{{"action", to_string(plan.wanted.what)},
           {"allowed", plan.allowed},
           {"refused", plan.refused},
           {"by_state", record::object()},
           {"by_refusal", record::object()},
           {"money", to_record(plan.money)},
           {"orders", record::array()}};
  for (const auto& [state, count] : plan.by_state)
    r["by_state"][std::string{to_string(state)}] = count;
  for (const auto& [because, count] : plan.by_refusal)
    r["by_refusal"][because] = count;
  for (const planned_repair& p : plan.orders)
    r["orders"].push_back(to_record(p));
  return r;
}

/// The screen is for deciding; scripts get all of them.
constexpr std::size_t orders_shown_max = 20;

void print_orders(std::ostream& out, const screen& on, const repair_plan& plan) {
  table orders{{{"ORDER"}, {"STATE"}, {"REPAIR"}}};
  for (const planned_repair& p : std::span{plan.orders}.first(std::min(plan.orders.size(), orders_shown_max)))
    orders.add({p.order.value, cell{std::string{to_string(p.state)}, tint_of(p.state)},
                cell{p.allowed ? "allowed" : p.refused_because, p.allowed ? colour::good : colour::bad}});
  orders.print(out, on);
  if (plan.orders.size() > orders_shown_max)
    out << "and " << plan.orders.size() - orders_shown_max << " more; -o jsonl lists them all\n";
}

} // namespace

void print_plan(std::ostream& out, const screen& on, const repair_plan& plan) {
  out << to_string(plan.wanted.what) << ' ' << counted(plan.allowed, "order");
  if (plan.allowed != 0)
    out << ": " << states_in(plan);
  out << '\n';
  if (plan.allowed != 0)
    out << "  money: " << plan.money.refunded << " goes back to customers, " << plan.money.kept << " stays taken\n";
  if (plan.money.on_a_persons_word != 0)
    out << "  money: " << plan.money.on_a_persons_word
        << " was given back on your word; the books may not know of it\n";
  if (plan.refused == 0)
    return;
  out << "  " << tinted(std::to_string(plan.refused) + " refused, and left alone:", colour::bad, on) << '\n';
  for (const auto& [because, count] : plan.by_refusal)
    out << "    " << count << "  " << because << '\n';
}

void tell_plan(session& s, const repair_plan& plan) {
  switch (s.format_or(output_format::table)) {
  case output_format::table:
    print_plan(s.out, s.on, plan);
    print_orders(s.out, s.on, plan);
    break;
  case output_format::json:
    s.out << indented(to_record(plan)) << '\n';
    break;
  case output_format::jsonl:
    for (const planned_repair& p : plan.orders)
      s.out << one_line(to_record(p)) << '\n';
    break;
  case output_format::ids:
    for (const planned_repair& p : plan.orders)
      if (p.allowed)
        s.out << p.order.value << '\n';
    break;
  }
}

std::string question_about(const repair_plan& plan) {
  std::string text = std::string{to_string(plan.wanted.what)} + ' ' + counted(plan.allowed, "order") + '?';
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

} // namespace sagad::ctl

#include "tools/sagactl/why_command.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "tools/sagactl/for_terminal.hpp"
#include "tools/sagactl/order_ids.hpp"
#include "tools/sagactl/output.hpp"
#include "tools/sagactl/participants.hpp"
#include "tools/sagactl/unfinished.hpp"
#include "workflows/operations/why.hpp"
#include "workflows/strict_json.hpp"

namespace sagad::ctl {

namespace {

/// Among so many of the latest dead letters an order that never arrived is looked for.
constexpr std::size_t letters_looked_at_max = 5'000;
constexpr json_bounds letter_bounds{.bytes_max = 1'048'576, .depth_max = 32};

bool names_order(const dead_letter& letter, const order_id& id) {
  if (letter.body.find(id.value) == std::string::npos)
    return false;
  const auto body = parse_strict_json(letter.body, letter_bounds);
  return body && body->is_object() && body->value("order_id", json{}) == id.value;
}

store_result<std::optional<dead_letter>> refused_letter(back_office& office, const order_id& id) {
  const auto letters = office.list_letters({.with_discarded = true, .limit = letters_looked_at_max});
  if (!letters)
    return tl::unexpected{letters.error()};
  for (const kept_letter& k : *letters)
    if (names_order(k.letter, id))
      return std::optional{k.letter};
  return std::optional<dead_letter>{};
}

/// Of those that are stuck for the same cause, the others.
store_result<std::size_t> others_like(session& s, const order_view& order) {
  const operations::cause why = operations::cause_of(order, s.definitions);
  if (why.code.empty() || has_ended(order.now))
    return std::size_t{0};
  const auto orders = unfinished_orders(s.office);
  if (!orders)
    return tl::unexpected{orders.error()};
  const moment now = s.now();
  return static_cast<std::size_t>(std::count_if(orders->begin(), orders->end(), [&](const order_view& o) {
    return o.now.order != order.now.order && operations::stuck_since(o.now, now) &&
           operations::cause_of(o, s.definitions) == why;
  }));
}

/// An operator's rule on the question, or on its participant, comes first; then what the order's own node says, then
/// any other's.
void find_circuit(operations::order_situation& here, const store_status& status, const saga_catalog& definitions) {
  const order_view& order = *here.order;
  const std::string question{operations::step_as_asked(order.now, definitions)};
  const std::string participant = operations::cause_of(order, definitions).participant;
  for (const std::string& name : {question, participant})
    for (const participant_rule& rule : status.rules)
      if (rule.on == name && !here.circuit) {
        here.circuit = circuit_of(rule);
        here.rule_on = rule.on;
      }
  for (const bool own : {true, false})
    for (const node_view& node : status.nodes)
      for (const named_circuit& c : node.circuits)
        if (!here.circuit && node.holds_lease && c.participant == participant && (node.name == order.owner) == own)
          here.circuit = c.now;
}

store_result<operations::order_situation> look_around(session& s, const order_id& id) {
  operations::order_situation here;
  here.asked_for = id;
  here.now = s.now();
  auto order = s.office.find_order(id);
  if (!order)
    return tl::unexpected{order.error()};
  here.order = *std::move(order);
  if (!here.order) {
    auto letter = refused_letter(s.office, id);
    if (!letter)
      return tl::unexpected{letter.error()};
    here.refused = *std::move(letter);
    return here;
  }
  auto history = s.office.history(id, 0);
  if (!history)
    return tl::unexpected{history.error()};
  here.history = *std::move(history);
  const auto status = s.office.status(here.now);
  if (!status)
    return tl::unexpected{status.error()};
  here.nodes = status->nodes;
  const auto others = others_like(s, *here.order);
  if (!others)
    return tl::unexpected{others.error()};
  here.others = *others;
  find_circuit(here, *status, s.definitions);
  return here;
}

/// What they typed, or the only order that begins so; one that never arrived is asked for as typed.
tl::expected<order_id, exit_code> id_asked_for(session& s, const std::string& typed) {
  if (!is_valid_id(typed))
    return tl::unexpected{no_such_order(s, order_id{typed})};
  const auto exact = s.office.find_order(order_id{typed});
  if (!exact)
    return tl::unexpected{report(s, exact.error())};
  const auto candidates = s.office.orders_like(typed, 1);
  if (!candidates)
    return tl::unexpected{report(s, candidates.error())};
  if (*exact || candidates->empty())
    return order_id{typed};
  const auto meant = order_meant(s, typed);
  if (!meant)
    return tl::unexpected{meant.error()};
  return meant->now.order;
}

record to_record(const operations::order_situation& here, const operations::explanation& told, const session& s) {
  record r{{"order_id", here.asked_for.value},
           {"found", here.order.has_value()},
           {"state", nullptr},
           {"group", nullptr},
           {"others", here.others},
           {"sentences", record::array()},
           {"command", or_null(told.command)}};
  if (here.order) {
    r["state"] = to_string(here.order->now.state);
    const operations::cause why = operations::cause_of(*here.order, s.definitions);
    if (!why.code.empty() && !has_ended(here.order->now))
      r["group"] = operations::key_of(why);
  }
  for (const operations::sentence& said : told.sentences)
    r["sentences"].push_back({{"about", to_string(said.role)}, {"text", said.text}});
  return r;
}

/// Wrapped where the screen ends, so that nothing that helps is cut off.
void print_wrapped(session& s, const std::string& head, const std::string& text) {
  constexpr std::size_t indent = 11;
  const std::size_t width = s.on.width > indent + 20 ? s.on.width - indent : std::string::npos;
  s.out << tinted(head, colour::faint, s.on) << std::string(indent - head.size(), ' ');
  std::string_view rest = text;
  while (rest.size() > width) {
    const auto space = rest.rfind(' ', width);
    const std::size_t end = space == std::string_view::npos || space == 0 ? width : space;
    s.out << rest.substr(0, end) << '\n' << std::string(indent, ' ');
    rest.remove_prefix(std::min(rest.size(), end + (end == space ? 1 : 0)));
  }
  s.out << rest << '\n';
}

void print_for_people(session& s, const operations::explanation& told) {
  for (const operations::sentence& said : told.sentences)
    print_wrapped(s, std::string{to_string(said.role)}, for_terminal(said.text));
  if (!told.command.empty())
    s.out << "\n  " << tinted(for_terminal(told.command), colour::good, s.on) << '\n';
}

} // namespace

exit_code tell_why(session& s, const std::string& typed) {
  if (const auto refused = refuse_ids(s, "An explanation"))
    return *refused;
  const auto id = id_asked_for(s, typed);
  if (!id)
    return id.error();
  const auto here = look_around(s, *id);
  if (!here)
    return report(s, here.error());
  const operations::explanation told = operations::explain(*here, s.definitions);
  print_one(s, to_record(*here, told, s), id->value, [&] { print_for_people(s, told); });
  return here->order ? exit_code::done : exit_code::not_found;
}

} // namespace sagad::ctl

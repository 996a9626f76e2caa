#include "tools/sagachaos/witness.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "tools/sagachaos/json_fields.hpp"
#include "workflows/messages.hpp"
#include "workflows/wire/cloud_event.hpp"

namespace sagad::chaos {

namespace {

void append(std::string& text, const std::string& more) {
  if (!text.empty())
    text += "; ";
  text += more;
}

std::string text_of(const saga_update& u) {
  std::string text = u.after.order.value + ' ' + std::string{to_string(u.after.state)};
  if (!has_ended(u.after))
    text += " at " + u.after.steps[u.after.at].name;
  if (!u.after.outcome.empty())
    text += " (" + u.after.outcome + ')';
  return text + (u.rests ? ", rests" : "");
}

} // namespace

std::string text_of(const batch& work) {
  std::string text;
  for (const auto& s : work.submissions)
    append(text, "accept " + s.order.value);
  for (const ledger_command& c : work.commands)
    append(text, std::string{to_string(c.what)} + ' ' + c.idempotency_key);
  for (const saga_update& u : work.updates)
    append(text, text_of(u));
  for (const publication& p : work.publications)
    append(text, p.saga.value + " published up to " + std::to_string(p.up_to));
  for (const dead_letter& d : work.dead_letters)
    append(text, "dead letter: " + d.reason);
  return text;
}

void witness::saw_commit(const batch& work, const batch_result& result, const memory::world& holds, bool was_fenced) {
  if (was_fenced)
    run_.break_promise(promise::one_writer, "an incarnation that had lost its lease committed: " + text_of(work));
  for (std::size_t i = 0; i < work.commands.size() && i < result.answers.size(); ++i)
    saw_answer(work.commands[i], result.answers[i]);
  for (const acceptance& a : result.acceptances)
    if (a.accepted && !accepted_.emplace(a.order.value, a.duplicate).second && !a.duplicate)
      run_.break_promise(promise::accepted_is_durable,
                         "order " + a.order.value + " was accepted before, and the store takes it for a new one");
  check_conservation(holds);
}

void witness::saw_answer(const ledger_command& asked, const ledger_answer& answer) {
  if (answer.outcome != reply_outcome::succeeded)
    return;
  const auto undone = undone_.contains(asked.idempotency_key);
  if (asked.what == action::undo)
    undone_.insert(asked.idempotency_key);
  else if (undone)
    run_.break_promise(promise::nothing_is_assumed, asked.idempotency_key + " was undone, and its " +
                                                        std::string{to_string(asked.what)} + " succeeded after that");
}

void witness::saw_acceptance(const std::string& body, const memory::world& orders) {
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object())
    return;
  const std::string id = text_in(answer, "order_id");
  const bool is_there = orders.orders.contains(saga_id{id});
  if (!is_true_in(answer, "accepted")) {
    refused_.insert(id);
    if (is_there)
      run_.break_promise(promise::accepted_is_durable, "order " + id + " is told to be refused, and is in the store");
    return;
  }
  const bool is_duplicate = is_true_in(answer, "duplicate");
  if (!is_there)
    run_.break_promise(promise::accepted_is_durable,
                       "order " + id + " is told to be accepted, and is not in the store");
  else if (!accepted_.contains({id, is_duplicate}))
    run_.break_promise(promise::accepted_is_durable, "order " + id + " is told to be " +
                                                         (is_duplicate ? "a duplicate" : "new") +
                                                         ", and the store never said so");
}

void witness::saw_acknowledgement(const std::string& submission, const memory::world& orders) {
  const std::string id = text_in(json::parse(submission, nullptr, false), "order_id");
  const auto& letters = orders.desk.letters;
  const bool is_buried = std::any_of(letters.begin(), letters.end(),
                                     [&](const auto& kept) { return kept.second.letter.body == submission; });
  if (!is_buried && !refused_.contains(id) && !orders.orders.contains(saga_id{id}))
    run_.break_promise(promise::accepted_is_durable, "the submission of order " + id +
                                                         " is acknowledged, and the order is not in the store, nor "
                                                         "refused, nor among the dead letters");
}

void witness::saw_event(const outgoing_message& event, const memory::world& orders) {
  const auto tells = [&](const fact& f) {
    return event.message_id == wire::cloud_event_id(f) && event.routing_key == f.type &&
           event.content_type == wire::cloud_event_content_type && event.body == wire::to_cloud_event(f);
  };
  if (std::none_of(orders.by_number.begin(), orders.by_number.end(),
                   [&](const memory::order_row* o) { return std::any_of(o->facts.begin(), o->facts.end(), tells); }))
    run_.break_promise(promise::facts_are_true, "the event " + event.message_id + " (" + event.routing_key +
                                                    ") is published, and is no fact in the store: " + event.body);
}

void witness::check_conservation(const memory::world& holds) {
  const memory::books& b = holds.ledger;
  std::unordered_map<std::string_view, checkout::money> charged;
  for (const auto& [key, c] : b.charges)
    charged[c.customer.value] += c.undone ? 0 : c.amount;
  for (const auto& [customer, w] : b.wallets)
    if (w.balance < 0 || w.credited != w.balance + charged[customer.value])
      run_.break_promise(promise::money_and_stock_are_conserved,
                         customer.value + " was credited " + std::to_string(w.credited) + ", but has " +
                             std::to_string(w.balance) + " and was charged " + std::to_string(charged[customer.value]));
  std::unordered_map<std::string_view, checkout::quantity> reserved;
  for (const auto& [key, r] : b.reservations)
    for (const checkout::order_line& line : r.units)
      reserved[line.item.value] += r.released ? 0 : line.count;
  for (const auto& [item, s] : b.shelves)
    if (s.available < 0 || s.added != s.available + s.reserved || s.reserved != reserved[item.value])
      run_.break_promise(promise::money_and_stock_are_conserved,
                         "of " + item.value + " came in " + std::to_string(s.added) + ", but available are " +
                             std::to_string(s.available) + ", reserved " + std::to_string(s.reserved) +
                             " and held by orders " + std::to_string(reserved[item.value]));
}

} // namespace sagad::chaos

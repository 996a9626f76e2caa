#include "adapters/postgres/book.hpp"

#include <algorithm>
#include <utility>

namespace sagad::postgres {

void level::draw(std::int64_t count) {
  now -= count;
  change -= count;
  needed = std::max(needed, -change);
}

void level::put_back(std::int64_t count) {
  now += count;
  change += count;
}

ledger_answer book::answer(const ledger_command& asked) {
  if (auto refusal = unreadable(asked))
    return *std::move(refusal);
  const auto parts = split_key(asked.idempotency_key).value();
  page& p = pages[{.saga = std::string{parts.saga}, .step = std::string{parts.step}}];
  const inbox_rule rule = rule_for(asked.what, p.known.what, is_final(asked.on));
  if (rule == inbox_rule::apply)
    return apply(p, asked);
  const ledger_answer said = answer_by(rule, p.known);
  if (rule == inbox_rule::block)
    p.known.what = recorded::undone;
  if (rule == inbox_rule::reverse)
    reverse(p);
  return said;
}

ledger_answer book::apply(page& p, const ledger_command& asked) {
  struct {
    book& in;
    page& p;
    const ledger_command& asked;

    ledger_answer operator()(const charge& what) const { return in.apply(p, what); }
    ledger_answer operator()(const reservation& what) const { return in.apply(p, what); }
    ledger_answer operator()(const shipment& what) const {
      p.customer = what.customer;
      return shipment_booked(asked);
    }
    ledger_answer operator()(const mark&) const { return done(); }
    ledger_answer operator()(const injected_refusal& what) const { return refused_by(what); }
  } const carry_out{*this, p, asked};
  ledger_answer made = std::visit(carry_out, asked.on);
  p.known = {.what = made.outcome == reply_outcome::succeeded ? recorded::succeeded : recorded::refused,
             .kind = std::string{kind_of(asked.on)},
             .answer = made};
  return made;
}

ledger_answer book::apply(page& p, const charge& what) {
  wallet_level& w = open_wallet(what.customer);
  if (w.balance.now < what.amount) {
    went_by_levels_ = true;
    return insufficient_fund(w.balance.now, what.amount);
  }
  w.balance.draw(what.amount);
  p.customer = what.customer;
  p.amount = what.amount;
  return done();
}

ledger_answer book::apply(page& p, reservation what) {
  auto wanted = units_by_item(what.lines);
  for (const checkout::order_line& line : wanted) {
    const auto shelf = shelves.find(line.item.value);
    const checkout::quantity available = shelf == shelves.end() ? 0 : shelf->second.now;
    if (available < line.count) {
      went_by_levels_ = true;
      return insufficient_inventory(line.item, available, line.count);
    }
  }
  for (const checkout::order_line& line : wanted)
    shelves.at(line.item.value).draw(line.count);
  p.units = std::move(wanted);
  return done();
}

void book::reverse(page& p) {
  if (p.known.kind == kind_of(charge{}))
    wallets.at(p.customer.value).balance.put_back(p.amount);
  for (const checkout::order_line& line : p.units)
    shelves.at(line.item.value).put_back(line.count);
  p.known.what = recorded::undone;
  p.is_reversed = true;
}

wallet_level& book::open_wallet(const customer_id& customer) {
  const auto [place, is_new] = wallets.try_emplace(customer.value);
  if (is_new)
    place->second = {.balance = {.now = initial_credit_}, .is_new = true};
  return place->second;
}

} // namespace sagad::postgres

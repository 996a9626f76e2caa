#include "adapters/memory/ledger.hpp"

namespace sagad::memory {

namespace {

struct carrying_out {
  books& b;
  const ledger_command& asked;
  checkout::money initial_credit;

  ledger_answer operator()(const charge& what) const {
    wallet_row& w = open_wallet(b, what.customer, initial_credit);
    if (w.balance < what.amount)
      return insufficient_fund(w.balance, what.amount);
    w.balance -= what.amount;
    b.charges[asked.idempotency_key] = {.customer = what.customer, .amount = what.amount};
    return done();
  }

  ledger_answer operator()(const reservation& what) const {
    auto wanted = units_by_item(what.lines);
    for (const checkout::order_line& line : wanted) {
      const auto shelf = b.shelves.find(line.item);
      const checkout::quantity available = shelf == b.shelves.end() ? 0 : shelf->second.available;
      if (available < line.count)
        return insufficient_inventory(line.item, available, line.count);
    }
    for (const checkout::order_line& line : wanted) {
      shelf_row& shelf = b.shelves.at(line.item);
      shelf.available -= line.count;
      shelf.reserved += line.count;
    }
    b.reservations[asked.idempotency_key] = {.units = std::move(wanted)};
    return done();
  }

  ledger_answer operator()(const shipment& what) const {
    b.shipments[asked.idempotency_key] = {.customer = what.customer};
    return shipment_booked(asked);
  }

  ledger_answer operator()(const mark&) const { return done(); }
  ledger_answer operator()(const injected_refusal& what) const { return refused_by(what); }
};

void reverse(books& b, const std::string& key, std::string_view kind) {
  if (kind == kind_of(charge{})) {
    charge_row& c = b.charges.at(key);
    c.undone = true;
    b.wallets.at(c.customer).balance += c.amount;
  } else if (kind == kind_of(reservation{})) {
    reservation_row& r = b.reservations.at(key);
    r.released = true;
    for (const checkout::order_line& line : r.units) {
      shelf_row& shelf = b.shelves.at(line.item);
      shelf.available += line.count;
      shelf.reserved -= line.count;
    }
  } else if (kind == kind_of(shipment{})) {
    b.shipments.at(key).cancelled = true;
  }
}

} // namespace

ledger_answer answer(books& b, const ledger_command& asked, checkout::money initial_credit) {
  if (auto refusal = unreadable(asked))
    return *std::move(refusal);
  const std::string& key = asked.idempotency_key;
  const auto entry = b.inbox.find(key);
  const remembered known = entry == b.inbox.end() ? remembered{} : entry->second;
  const inbox_rule rule = rule_for(asked.what, known.what, is_final(asked.on));
  if (rule == inbox_rule::apply) {
    ledger_answer made = std::visit(carrying_out{b, asked, initial_credit}, asked.on);
    const bool succeeded = made.outcome == reply_outcome::succeeded;
    b.inbox[key] = {.what = succeeded ? recorded::succeeded : recorded::refused,
                    .kind = std::string{kind_of(asked.on)},
                    .answer = made};
    return made;
  }
  if (rule == inbox_rule::block)
    b.inbox[key].what = recorded::undone;
  if (rule == inbox_rule::reverse) {
    reverse(b, key, known.kind);
    entry->second.what = recorded::undone;
  }
  return answer_by(rule, known);
}

wallet_row& open_wallet(books& b, const customer_id& customer, checkout::money initial_credit) {
  return b.wallets.try_emplace(customer, wallet_row{.balance = initial_credit, .credited = initial_credit})
      .first->second;
}

} // namespace sagad::memory

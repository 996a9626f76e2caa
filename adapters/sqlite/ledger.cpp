#include "adapters/sqlite/ledger.hpp"

#include <variant>

namespace sagad::sqlite {

ledger::ledger(const connection& on, saga_numbers& numbers, checkout::money initial_credit)
    : numbers_(numbers), initial_credit_(initial_credit), inbox_(on), payment_(on), inventory_(on), delivery_(on) {}

ledger_answer ledger::answer(const ledger_command& asked) {
  if (auto refusal = unreadable(asked))
    return *std::move(refusal);
  const auto parts = split_key(asked.idempotency_key).value();
  const std::string saga{parts.saga};
  const auto number = numbers_.find(saga);
  effect_key key{.saga = number.value_or(0), .step = std::string{parts.step}};
  const remembered known = number ? inbox_.find(key) : remembered{};

  const inbox_rule rule = rule_for(asked.what, known.what, is_final(asked.on));
  const bool records = rule == inbox_rule::apply || rule == inbox_rule::block;
  if (!number && records)
    key.saga = numbers_.add(saga);
  if (rule == inbox_rule::apply)
    return apply(key, asked);
  if (rule == inbox_rule::block)
    inbox_.block(key);
  if (rule == inbox_rule::reverse) {
    reverse(key, known.kind);
    inbox_.remember_undone(key);
  }
  return answer_by(rule, known);
}

ledger_answer ledger::apply(const effect_key& key, const ledger_command& asked) {
  struct {
    ledger& on;
    const effect_key& key;
    const ledger_command& asked;

    ledger_answer operator()(const charge& what) const { return on.payment_.apply(key, what, on.initial_credit_); }
    ledger_answer operator()(const reservation& what) const { return on.inventory_.apply(key, what); }
    ledger_answer operator()(const shipment& what) const {
      on.delivery_.apply(key, what);
      return shipment_booked(asked);
    }
    ledger_answer operator()(const mark&) const { return done(); }
    ledger_answer operator()(const injected_refusal& what) const { return refused_by(what); }
  } const carry_out{*this, key, asked};
  ledger_answer answer = std::visit(carry_out, asked.on);
  inbox_.remember(key, kind_of(asked.on), answer);
  return answer;
}

void ledger::reverse(const effect_key& key, std::string_view kind) {
  if (kind == kind_of(charge{}))
    payment_.reverse(key);
  else if (kind == kind_of(reservation{}))
    inventory_.reverse(key);
  else if (kind == kind_of(shipment{}))
    delivery_.reverse(key);
}

} // namespace sagad::sqlite

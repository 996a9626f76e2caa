#include "workflows/ports/ledger_rules.hpp"

#include <algorithm>
#include <limits>

namespace sagad {

namespace {

ledger_answer refused(std::string_view code, std::string detail) {
  return {.outcome = reply_outcome::refused, .code = std::string{code}, .detail = std::move(detail), .result = {}};
}

std::string_view problem_with(const effect& e) {
  if (const auto* c = std::get_if<charge>(&e); c != nullptr && (c->amount < 0 || c->amount > checkout::amount_max))
    return "the amount is out of range";
  const auto* r = std::get_if<reservation>(&e);
  if (r == nullptr)
    return {};
  if (r->lines.empty())
    return "there are no lines";
  const bool all_positive =
      std::all_of(r->lines.begin(), r->lines.end(), [](const auto& line) { return line.count > 0; });
  return all_positive ? std::string_view{} : "a quantity is not positive";
}

} // namespace

std::string_view kind_of(const effect& e) {
  struct {
    std::string_view operator()(const charge&) const { return "charge"; }
    std::string_view operator()(const reservation&) const { return "reservation"; }
    std::string_view operator()(const shipment&) const { return "shipment"; }
    std::string_view operator()(const mark&) const { return "mark"; }
    std::string_view operator()(const injected_refusal&) const { return "injected-refusal"; }
  } constexpr kind;
  return std::visit(kind, e);
}

std::optional<key_parts> split_key(std::string_view idempotency_key) {
  const std::size_t slash = idempotency_key.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == idempotency_key.size())
    return std::nullopt;
  return key_parts{.saga = idempotency_key.substr(0, slash), .step = idempotency_key.substr(slash + 1)};
}

std::optional<ledger_answer> unreadable(const ledger_command& c) {
  if (!split_key(c.idempotency_key))
    return refused(codes::bad_payload, "the idempotency key names no saga and step");
  if (const std::string_view problem = problem_with(c.on); c.what == action::perform && !problem.empty())
    return refused(codes::bad_payload, std::string{problem});
  return std::nullopt;
}

ledger_answer answer_by(inbox_rule rule, const remembered& known) {
  switch (rule) {
  case inbox_rule::repeat_answer:
    return known.answer;
  case inbox_rule::stand: {
    ledger_answer stands = refused(codes::past_pivot, "it has happened and cannot be undone");
    stands.result = known.answer.result; // the saga goes forward with it
    return stands;
  }
  case inbox_rule::refuse_blocked:
    return refused(codes::undone, "it was undone");
  case inbox_rule::not_found:
    return {.outcome = reply_outcome::not_found, .code = {}, .detail = {}, .result = {}};
  case inbox_rule::apply:
  case inbox_rule::reverse:
  case inbox_rule::block:
  case inbox_rule::nothing_to_undo:
    return done();
  }
  return done();
}

ledger_answer done(json result) {
  return {.outcome = reply_outcome::succeeded, .code = {}, .detail = {}, .result = std::move(result)};
}

ledger_answer insufficient_fund(checkout::money balance, checkout::money amount) {
  return refused("INSUFFICIENT_FUND",
                 "the balance is " + std::to_string(balance) + ", the charge " + std::to_string(amount));
}

ledger_answer insufficient_inventory(const sku& item, checkout::quantity available, checkout::quantity wanted) {
  return refused("INSUFFICIENT_INVENTORY",
                 item.value + ": " + std::to_string(available) + " available, " + std::to_string(wanted) + " wanted");
}

ledger_answer shipment_booked(const ledger_command& c) { return done({{"shipment", c.idempotency_key}}); }

ledger_answer refused_by(const injected_refusal& fault) { return refused(fault.code, "injected"); }

std::vector<checkout::order_line> units_by_item(const std::vector<checkout::order_line>& lines) {
  std::vector<checkout::order_line> units = lines;
  std::sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < units.size(); ++i) {
    if (units[i].item != units[last].item)
      std::swap(units[++last], units[i]);
    else if (__builtin_add_overflow(units[last].count, units[i].count, &units[last].count))
      units[last].count = std::numeric_limits<checkout::quantity>::max();
  }
  units.resize(std::min(units.size(), last + 1));
  return units;
}

std::optional<std::int64_t> raised(std::int64_t level, std::int64_t more) {
  if (more <= 0 || more > checkout::amount_max || level < 0 || level > checkout::amount_max - more)
    return std::nullopt;
  return level + more;
}

} // namespace sagad

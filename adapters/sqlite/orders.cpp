#include "adapters/sqlite/orders.hpp"

namespace sagad::sqlite {

namespace {

std::mt19937_64 seeded() {
  std::random_device entropy;
  std::seed_seq seed{entropy(), entropy(), entropy(), entropy()};
  return std::mt19937_64{seed};
}

} // namespace

orders::orders(const connection& on, saga_numbers& numbers, sagas& journal, history& facts, catalog& prices)
    : numbers_(numbers), journal_(journal), facts_(facts), prices_(prices),
      select_body_(on, "SELECT body FROM orders WHERE number = ?1"),
      insert_(on, "INSERT INTO orders (number, customer, total, body, input) VALUES (?1, ?2, ?3, ?4, ?5)"),
      random_(seeded()) {}

checkout::accepted orders::accept(const checkout::submission& asked, const checkout::acceptance_terms& terms,
                                  moment now) {
  if (asked.order.value.empty()) {
    checkout::submission named = asked;
    named.order = checkout::generated_order_id(now, random_(), random_());
    return accept(named, terms, now);
  }
  const std::string text = checkout::canonical_text(asked);
  const auto number = numbers_.find(asked.order.value);
  std::optional<std::string> on_record;
  if (number)
    select_body_.first([&](const row& r) { on_record = r.text(0); }, *number);

  auto decision = checkout::decide_acceptance(
      asked, text, on_record, [this](const sku& item) { return prices_.price_of(item); }, terms.faults_allowed);
  checkout::accepted result{.answer = std::move(decision.answer), .begun = {}};
  if (decision.input) {
    // An id without an order may have a number: a participant was told to undo it before it came.
    const std::int64_t free_number = number ? *number : numbers_.add(asked.order.value);
    saga begun = insert(free_number, asked, text, *decision.input, terms, now);
    result.begun = stored_saga{.now = std::move(begun), .input = *std::move(decision.input)};
  }
  return result;
}

saga orders::insert(std::int64_t number, const checkout::submission& s, const std::string& text, const json& input,
                    const checkout::acceptance_terms& terms, moment now) {
  saga begun = checkout::begun_saga(s, terms, now);
  insert_.run(number, s.customer.value, checkout::total_of(input), text, input.dump());
  journal_.insert(number, begun, terms.owner);
  facts_.append(number, checkout::accepted_fact(begun));
  return begun;
}

} // namespace sagad::sqlite

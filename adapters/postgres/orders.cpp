#include "adapters/postgres/orders.hpp"

#include <algorithm>
#include <set>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/json_lines.hpp"
#include "adapters/postgres/row.hpp"

namespace sagad::postgres {

namespace {

constexpr statement select_bodies{"select_bodies", "SELECT id, body FROM orders WHERE id = ANY ($1::text[])"};
constexpr statement select_prices{"select_prices", "SELECT sku, price FROM catalog WHERE sku = ANY ($1::text[])"};
constexpr statement insert_orders{
    "insert_orders", "INSERT INTO orders (id, customer, total, body, input) SELECT * FROM ROWS FROM (unnest("
                     "$1::text[], $2::text[], $3::bigint[]), string_to_table($4, chr(10)), "
                     "string_to_table($5, chr(10)))"};

/// A new order, not inserted yet.
struct new_order {
  const checkout::submission* asked;
  const std::string* text;
  const stored_saga* begun;
};

/// In the order of their ids: two sessions that insert the same ones wait for each other, never in a circle.
void insert(connection& on, pqxx::transaction_base& t, std::vector<new_order>& fresh) {
  std::sort(fresh.begin(), fresh.end(),
            [](const new_order& a, const new_order& b) { return a.begun->now.id < b.begun->now.id; });
  array_literal id;
  array_literal customer;
  array_literal total;
  json_lines body;
  json_lines input;
  for (const new_order& o : fresh) {
    id.add(o.begun->now.id.value);
    customer.add(o.asked->customer.value);
    total.add(checkout::total_of(o.begun->input));
    body.add(*o.text);
    input.add(o.begun->input.dump());
  }
  on.run(t, insert_orders, id.text(), customer.text(), total.text(), body.text(), input.text());
}

} // namespace

accepted_orders orders::accept(pqxx::transaction_base& t, const std::vector<checkout::submission>& submissions,
                               const checkout::acceptance_terms& terms, moment now) {
  accepted_orders result;
  if (submissions.empty())
    return result;
  texts_by_id known = texts_of_known(t, submissions);
  const prices_by_sku prices = prices_of(t, submissions);
  const auto price_of = [&](const sku& item) -> std::optional<checkout::money> {
    const auto found = prices.find(item);
    return found == prices.end() ? std::nullopt : std::optional{found->second};
  };
  std::vector<new_order> fresh;
  result.answers.reserve(submissions.size());
  result.begun.reserve(submissions.size()); // what `fresh` points to stays
  for (const checkout::submission& asked : submissions) {
    checkout::submission named;
    const bool is_nameless = asked.order.value.empty();
    if (is_nameless) {
      named = asked;
      named.order = checkout::generated_order_id(now, random_(), random_());
    }
    const checkout::submission& s = is_nameless ? named : asked;
    std::string text = checkout::canonical_text(s);
    const auto before = known.find(s.order.value);
    const std::optional<std::string> on_record = before == known.end() ? std::nullopt : std::optional{before->second};
    auto decision = checkout::decide_acceptance(s, text, on_record, price_of, terms.faults_allowed);
    result.answers.push_back(std::move(decision.answer));
    if (!decision.input)
      continue;
    result.begun.push_back({.now = checkout::begun_saga(s, terms, now), .input = *std::move(decision.input)});
    const auto place = known.emplace(s.order.value, std::move(text)).first;
    fresh.push_back({.asked = &asked, .text = &place->second, .begun = &result.begun.back()});
  }
  if (fresh.empty())
    return result;
  insert(on_, t, fresh);
  std::vector<const saga*> begun;
  begun.reserve(fresh.size());
  for (const new_order& o : fresh)
    begun.push_back(&o.begun->now);
  sagas_.insert(t, begun, terms.owner);
  return result;
}

orders::texts_by_id orders::texts_of_known(pqxx::transaction_base& t,
                                           const std::vector<checkout::submission>& submissions) {
  array_literal ids;
  for (const checkout::submission& s : submissions)
    if (!s.order.value.empty())
      ids.add(s.order.value);
  texts_by_id texts;
  if (ids.empty())
    return texts;
  const pqxx::result found = on_.run(t, select_bodies, ids.text());
  each(found, [&](const row& r) { texts.emplace(r.text(0), r.text(1)); });
  return texts;
}

orders::prices_by_sku orders::prices_of(pqxx::transaction_base& t,
                                        const std::vector<checkout::submission>& submissions) {
  std::set<std::string_view> items;
  for (const checkout::submission& s : submissions)
    for (const checkout::order_line& line : s.lines)
      items.insert(line.item.value);
  array_literal skus;
  for (const std::string_view item : items)
    skus.add(item);
  prices_by_sku prices;
  const pqxx::result found = on_.run(t, select_prices, skus.text());
  each(found, [&](const row& r) { prices.emplace(sku{r.text(0)}, r.integer(1)); });
  return prices;
}

} // namespace sagad::postgres

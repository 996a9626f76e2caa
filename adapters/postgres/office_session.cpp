#include "adapters/postgres/office_session.hpp"

#include <utility>

#include "adapters/postgres/array_literal.hpp"
#include "adapters/postgres/audit.hpp"
#include "adapters/postgres/migrations/migrate.hpp"
#include "adapters/postgres/row.hpp"
#include "workflows/checkout/acceptance.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::postgres {

namespace {

constexpr statement count_outbox{"count_outbox", "SELECT count(*) FROM outbox"};

std::size_t count_in(const pqxx::result& counted) { return static_cast<std::size_t>(row{counted.front()}.integer(0)); }

} // namespace

office_session::office_session(conninfo where, const definition& begins)
    : connection_(std::move(where), hears::nothing), begins_(begins) {
  require_newest_schema(connection_);
}

store_result<std::vector<acceptance>> office_session::submit(const std::vector<checkout::submission>& submissions,
                                                             moment now) {
  return transactions_.write("accepting orders",
                             [&](pqxx::transaction_base& t, int) { return accept(t, submissions, now); });
}

std::vector<acceptance> office_session::accept(pqxx::transaction_base& t,
                                               const std::vector<checkout::submission>& submissions, moment now) {
  const node_options said = nodes_.terms(t);
  auto decided =
      orders_.accept(t, submissions, {.faults_allowed = said.allow_faults, .owner = {}, .begins = &begins_}, now);
  if (decided.begun.empty())
    return std::move(decided.answers);
  std::vector<fact> happened;
  happened.reserve(decided.begun.size());
  for (const stored_saga& s : decided.begun)
    happened.push_back(checkout::accepted_fact(s.now));
  happened = facts_.append(t, std::move(happened), false);
  if (said.publishes)
    facts_.await_publication(t, happened, now);
  nodes_.tell_others(t);
  return std::move(decided.answers);
}

store_result<std::vector<order_view>> office_session::list_orders(const order_filter& filter) {
  return read("listing orders", [&](pqxx::transaction_base& t) { return views_.list(t, filter); });
}

store_result<std::optional<order_view>> office_session::find_order(const order_id& id) {
  return read("looking for an order", [&](pqxx::transaction_base& t) { return views_.find(t, id); });
}

store_result<std::vector<order_id>> office_session::orders_like(const std::string& prefix, std::size_t count_max) {
  const auto range = ids_beginning(prefix);
  if (!range)
    return std::vector<order_id>{};
  return read("looking for orders", [&](pqxx::transaction_base& t) { return views_.ids_in(t, *range, count_max); });
}

store_result<std::vector<fact>> office_session::history(const order_id& id, std::uint64_t after) {
  return read("reading a history", [&](pqxx::transaction_base& t) { return facts_.of(t, id, after); });
}

store_result<void> office_session::set_price(const sku& item, checkout::money price) {
  const auto done = transactions_.write("setting a price", [&](pqxx::transaction_base& t, int) {
    master_data_.set_price(t, item, price);
    return true;
  });
  return done ? store_result<void>{} : tl::unexpected{done.error()};
}

store_result<std::vector<catalog_entry>> office_session::catalog() {
  return read("reading the catalogue", [&](pqxx::transaction_base& t) { return master_data_.catalog(t); });
}

store_result<std::optional<stock_level>> office_session::add_stock(const sku& item, checkout::quantity count) {
  return transactions_.write("adding stock",
                             [&](pqxx::transaction_base& t, int) { return master_data_.add_stock(t, item, count); });
}

store_result<std::vector<stock_level>> office_session::stock() {
  return read("reading the stock", [&](pqxx::transaction_base& t) { return master_data_.stock(t); });
}

store_result<std::optional<wallet>> office_session::credit(const customer_id& customer, checkout::money amount) {
  return transactions_.write("crediting a wallet", [&](pqxx::transaction_base& t, int) {
    return master_data_.credit(t, customer, amount, nodes_.terms(t).initial_credit);
  });
}

store_result<wallet> office_session::find_wallet(const customer_id& customer) {
  return read("reading a wallet", [&](pqxx::transaction_base& t) {
    return master_data_.find_wallet(t, customer)
        .value_or(wallet{.customer = customer, .balance = nodes_.terms(t).initial_credit, .opened = false});
  });
}

store_result<std::vector<wallet>> office_session::wallets() {
  return read("listing wallets", [&](pqxx::transaction_base& t) { return master_data_.wallets(t); });
}

store_result<std::size_t> office_session::ask_to_drain(const std::string& node, const std::string& who, moment now) {
  return transactions_.write("asking a node to leave", [&](pqxx::transaction_base& t, int) {
    nodes_.tell_others(t);
    const std::size_t asked = nodes_.ask_to_drain(t, storable(node));
    if (asked > 0)
      book_.log(t, {drain_entry(node, asked, who, now)});
    return asked;
  });
}

store_result<store_status> office_session::status(moment) {
  return read("reading the status", [&](pqxx::transaction_base& t) {
    auto census = views_.take_census(t);
    return store_status{.store = connection_.name(),
                        .nodes = nodes_.all(t),
                        .orders = std::move(census.counts),
                        .oldest_unfinished = std::move(census.oldest_unfinished),
                        .unpublished = count_in(connection_.run(t, count_outbox)),
                        .dead_letters = letters_.count(t),
                        .open_operations = operations_.count_open(t),
                        .rules = book_.rules(t)};
  });
}

store_result<audit_report> office_session::audit(moment) {
  return read("auditing", [&](pqxx::transaction_base& t) {
    t.exec("SET LOCAL statement_timeout = 0"); // it takes as long as the store is large
    return audit_store(t, begins_);
  });
}

} // namespace sagad::postgres

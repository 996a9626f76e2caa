#include "adapters/sqlite/office_session.hpp"

#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/failure.hpp"
#include "adapters/sqlite/lease.hpp"
#include "adapters/sqlite/migrations/migrate.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::sqlite {

office_session::office_session(const std::string& path, const definition& begins)
    : connection_(open_current(path)), begins_(begins) {}

store_result<std::vector<acceptance>> office_session::submit(const std::vector<checkout::submission>& submissions,
                                                             moment now) {
  return write([&] { return decide(submissions, now); });
}

std::vector<acceptance> office_session::decide(const std::vector<checkout::submission>& submissions, moment now) {
  const node_options said = nodes_.terms();
  const checkout::acceptance_terms terms{.faults_allowed = said.allow_faults, .owner = {}, .begins = &begins_};
  std::vector<acceptance> answers;
  answers.reserve(submissions.size());
  for (const checkout::submission& s : submissions) {
    checkout::accepted decided = orders_.accept(s, terms, now);
    if (said.publishes && decided.begun)
      outbox_.await_publication(decided.begun->now, now);
    answers.push_back(std::move(decided.answer));
  }
  return answers;
}

store_result<std::vector<order_view>> office_session::list_orders(const order_filter& filter) {
  return read([&] { return views_.list(filter); });
}

store_result<std::optional<order_view>> office_session::find_order(const order_id& id) {
  return read([&] { return views_.find(id); });
}

store_result<std::vector<order_id>> office_session::orders_like(const std::string& prefix, std::size_t count_max) {
  const auto range = ids_beginning(prefix);
  if (!range)
    return std::vector<order_id>{};
  return read([&] { return views_.ids_in(*range, count_max); });
}

store_result<std::vector<fact>> office_session::history(const order_id& id, std::uint64_t after) {
  return read([&] { return facts_.of(id, after); });
}

store_result<void> office_session::set_price(const sku& item, checkout::money price) {
  return guarded(connection_.path(), [&] { prices_.set_price(item, price); });
}

store_result<std::vector<catalog_entry>> office_session::catalog() {
  return read([&] { return prices_.all(); });
}

store_result<std::optional<stock_level>> office_session::add_stock(const sku& item, checkout::quantity count) {
  return write([&] { return inventory_.add(item, count); });
}

store_result<std::vector<stock_level>> office_session::stock() {
  return read([&] { return inventory_.all(); });
}

store_result<std::optional<wallet>> office_session::credit(const customer_id& customer, checkout::money amount) {
  return write([&] { return payment_.credit(customer, amount, nodes_.terms().initial_credit); });
}

store_result<wallet> office_session::find_wallet(const customer_id& customer) {
  return read([&] {
    return payment_.find(customer).value_or(
        wallet{.customer = customer, .balance = nodes_.terms().initial_credit, .opened = false});
  });
}

store_result<std::vector<wallet>> office_session::wallets() {
  return read([&] { return payment_.all(); });
}

store_result<std::size_t> office_session::ask_to_drain(const std::string& node, const std::string& who, moment now) {
  if (!lease::is_held(connection_.path()))
    return 0;
  return write([&] {
    const std::size_t asked = nodes_.ask_to_drain(node) ? 1 : 0;
    if (asked > 0)
      book_.log(drain_entry(node, asked, who, now));
    return asked;
  });
}

store_result<store_status> office_session::status(moment) {
  return read([&] {
    auto census = views_.take_census();
    return store_status{.store = "sqlite:" + connection_.path(),
                        .nodes = nodes_.all(lease::is_held(connection_.path())),
                        .orders = std::move(census.counts),
                        .oldest_unfinished = std::move(census.oldest_unfinished),
                        .unpublished = outbox_.count(),
                        .dead_letters = letters_.count(),
                        .open_operations = operations_.count_open(),
                        .rules = book_.rules()};
  });
}

store_result<audit_report> office_session::audit(moment) {
  return read([&] { return audit_store(connection_, begins_); });
}

} // namespace sagad::sqlite

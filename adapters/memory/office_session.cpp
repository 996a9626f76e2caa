#include "adapters/memory/office_session.hpp"

#include <algorithm>
#include <iterator>

#include "adapters/memory/audit.hpp"
#include "adapters/memory/ledger.hpp"
#include "adapters/memory/letters.hpp"
#include "adapters/memory/operations.hpp"
#include "adapters/memory/orders.hpp"
#include "adapters/memory/outbox.hpp"
#include "workflows/ports/log_entries.hpp"

namespace sagad::memory {

namespace {

bool fits(const order_row& o, const order_filter& f) {
  return (f.state.empty() || f.state == to_string(o.now.state)) && (f.outcome.empty() || f.outcome == o.now.outcome) &&
         (f.customer.empty() || f.customer == o.customer.value) &&
         (!f.created_before || o.now.created_at < *f.created_before) && (!f.unfinished || !has_ended(o.now));
}

stock_level level_of(const sku& item, const shelf_row& s) {
  return {.item = item, .available = s.available, .reserved = s.reserved};
}

} // namespace

order_view office_session::view_of(const order_row& o) const {
  const bool known = o.owner && *o.owner <= in_->nodes.size() && *o.owner > 0;
  return {.now = o.now,
          .customer = o.customer,
          .total = o.total,
          .owner = known ? in_->nodes[*o.owner - 1].options.name : std::string{}};
}

store_result<std::vector<acceptance>> office_session::submit(const std::vector<checkout::submission>& submissions,
                                                             moment now) {
  const std::lock_guard alone{in_->busy};
  return decide(submissions, now);
}

std::vector<acceptance> office_session::decide(const std::vector<checkout::submission>& submissions, moment now) {
  ++in_->writes;
  const node_options said = terms_said();
  const checkout::acceptance_terms terms{.faults_allowed = said.allow_faults, .owner = {}, .begins = &begins_};
  std::vector<acceptance> answers;
  answers.reserve(submissions.size());
  for (const checkout::submission& s : submissions) {
    checkout::accepted decided = accept(*in_, s, terms, now, random_);
    if (said.publishes && decided.begun)
      await_publication(*in_, in_->orders.at(decided.begun->now.id), decided.begun->now.sequence, now);
    answers.push_back(std::move(decided.answer));
  }
  return answers;
}

node_options office_session::terms_said() const {
  node_options options;
  options.publishes = in_->nodes.empty();
  for (const node_row& n : in_->nodes) {
    options.allow_faults = n.options.allow_faults;
    options.publishes = options.publishes || n.options.publishes;
    if (std::find(n.options.plays.begin(), n.options.plays.end(), checkout::participants::payment) !=
        n.options.plays.end())
      options.initial_credit = n.options.initial_credit;
  }
  return options;
}

store_result<std::vector<order_view>> office_session::list_orders(const order_filter& filter) {
  const std::lock_guard alone{in_->busy};
  std::vector<order_view> found;
  for (auto o = in_->by_number.rbegin(); o != in_->by_number.rend() && found.size() < filter.limit.value_or(-1); ++o)
    if (fits(**o, filter))
      found.push_back(view_of(**o));
  return found;
}

store_result<std::optional<order_view>> office_session::find_order(const order_id& id) {
  const std::lock_guard alone{in_->busy};
  const auto known = in_->orders.find(saga_id{id.value});
  if (known == in_->orders.end())
    return std::nullopt;
  return view_of(known->second);
}

store_result<std::vector<order_id>> office_session::orders_like(const std::string& prefix, std::size_t count_max) {
  const std::lock_guard alone{in_->busy};
  std::vector<order_id> found;
  const auto range = ids_beginning(prefix);
  for (const order_row* o : in_->by_number)
    if (range && o->now.order.value >= range->first && o->now.order.value < range->last)
      found.push_back(o->now.order);
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), count_max));
  return found;
}

store_result<std::vector<fact>> office_session::history(const order_id& id, std::uint64_t after) {
  const std::lock_guard alone{in_->busy};
  std::vector<fact> found;
  if (const auto known = in_->orders.find(saga_id{id.value}); known != in_->orders.end())
    std::copy_if(known->second.facts.begin(), known->second.facts.end(), std::back_inserter(found),
                 [after](const fact& f) { return f.sequence > after; });
  return found;
}

store_result<void> office_session::set_price(const sku& item, checkout::money price) {
  const std::lock_guard alone{in_->busy};
  ++in_->writes;
  in_->catalog[item] = price;
  return {};
}

store_result<std::vector<catalog_entry>> office_session::catalog() {
  const std::lock_guard alone{in_->busy};
  std::vector<catalog_entry> found;
  for (const auto& [item, price] : in_->catalog)
    found.push_back({.item = item, .price = price});
  return found;
}

store_result<std::optional<stock_level>> office_session::add_stock(const sku& item, checkout::quantity count) {
  const std::lock_guard alone{in_->busy};
  const auto known = in_->ledger.shelves.find(item);
  if (!raised(known == in_->ledger.shelves.end() ? 0 : known->second.added, count))
    return std::nullopt;
  ++in_->writes;
  shelf_row& shelf = in_->ledger.shelves[item];
  shelf.available += count;
  shelf.added += count;
  return level_of(item, shelf);
}

store_result<std::vector<stock_level>> office_session::stock() {
  const std::lock_guard alone{in_->busy};
  std::vector<stock_level> found;
  for (const auto& [item, shelf] : in_->ledger.shelves)
    found.push_back(level_of(item, shelf));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
  return found;
}

store_result<std::optional<wallet>> office_session::credit(const customer_id& customer, checkout::money amount) {
  const std::lock_guard alone{in_->busy};
  wallet_row& w = open_wallet(in_->ledger, customer, terms_said().initial_credit);
  if (!raised(w.credited, amount))
    return std::nullopt;
  ++in_->writes;
  w.balance += amount;
  w.credited += amount;
  return wallet{.customer = customer, .balance = w.balance};
}

store_result<wallet> office_session::find_wallet(const customer_id& customer) {
  const std::lock_guard alone{in_->busy};
  const auto known = in_->ledger.wallets.find(customer);
  if (known == in_->ledger.wallets.end())
    return wallet{.customer = customer, .balance = terms_said().initial_credit, .opened = false};
  return wallet{.customer = customer, .balance = known->second.balance};
}

store_result<std::vector<wallet>> office_session::wallets() {
  const std::lock_guard alone{in_->busy};
  std::vector<wallet> found;
  for (const auto& [customer, w] : in_->ledger.wallets)
    found.push_back({.customer = customer, .balance = w.balance});
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.customer < b.customer; });
  return found;
}

store_result<std::size_t> office_session::ask_to_drain(const std::string& node, const std::string& who, moment now) {
  const std::lock_guard alone{in_->busy};
  std::size_t asked = 0;
  for (std::size_t i = 0; i < in_->nodes.size(); ++i) {
    node_row& n = in_->nodes[i];
    if (n.options.name != node || n.stopped_at || !holds_lease(i + 1))
      continue;
    n.drain_wanted = true;
    ++asked;
  }
  if (asked > 0)
    write_log(*in_, drain_entry(node, asked, who, now));
  return asked;
}

std::vector<node_view> office_session::nodes() const {
  std::map<std::uint64_t, std::size_t> driven;
  for (const order_row* o : in_->by_number)
    if (o->owner)
      ++driven[*o->owner];
  std::vector<node_view> found;
  for (std::size_t i = in_->nodes.size(); i-- > 0;) {
    const node_row& n = in_->nodes[i];
    const std::uint64_t epoch = i + 1;
    found.push_back({.name = n.options.name,
                     .epoch = epoch,
                     .started_at = n.started_at,
                     .last_seen_at = n.last_seen_at,
                     .stopped_at = n.stopped_at,
                     .holds_lease = holds_lease(epoch),
                     .drain_wanted = n.drain_wanted,
                     .drives = driven[epoch],
                     .plays = n.options.plays,
                     .broker = n.broker,
                     .circuits = n.circuits});
  }
  return found;
}

store_result<store_status> office_session::status(moment) {
  const std::lock_guard alone{in_->busy};
  store_status status{.store = "memory", .nodes = nodes(), .orders = {}, .oldest_unfinished = {}, .rules = {}};
  std::map<std::pair<std::string_view, std::string>, std::size_t> counts;
  for (const order_row* o : in_->by_number) {
    ++counts[{to_string(o->now.state), o->now.outcome}];
    const bool unfinished = o->now.state == saga_state::running || o->now.state == saga_state::compensating;
    if (unfinished && !status.oldest_unfinished)
      status.oldest_unfinished = view_of(*o);
  }
  for (const auto& [key, count] : counts)
    status.orders.push_back({.state = std::string{key.first}, .outcome = key.second, .count = count});
  status.unpublished = in_->unpublished.size();
  status.dead_letters = count_letters(*in_);
  status.open_operations = count_open(*in_);
  for (const auto& each : in_->desk.rules)
    status.rules.push_back(each.second);
  return status;
}

store_result<audit_report> office_session::audit(moment) {
  const std::lock_guard alone{in_->busy};
  return audit_world(*in_, begins_);
}

} // namespace sagad::memory

#pragma once

#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/sagactl/fake_desks.hpp"
#include "tools/sagactl/session.hpp"
#include "workflows/checkout/checkout_saga.hpp"
#include "workflows/ports/back_office.hpp"

namespace sagad::ctl::testing {

/// Shows sagactl whatever a test puts into it. `broken` makes every call fail.
class fake_office final : public fake_desks {
public:
  std::vector<order_view> orders;
  std::vector<fact> facts;
  std::vector<catalog_entry> prices;
  std::vector<stock_level> levels;
  std::vector<wallet> purses;
  store_status health;
  audit_report books;
  /// What `submit` was given, a batch each; it accepts all, save those that a test decides on beforehand.
  std::vector<std::vector<checkout::submission>> submitted;
  std::vector<acceptance> decided;
  /// Called at each look at an order, so that something happens between two looks.
  std::function<void(fake_office&)> meanwhile;

  store_result<std::vector<acceptance>> submit(const std::vector<checkout::submission>& submissions, moment) override {
    submitted.push_back(submissions);
    std::vector<acceptance> answers;
    for (const auto& s : submissions) {
      acceptance a;
      a.order = s.order;
      a.accepted = true;
      for (const acceptance& d : decided)
        if (d.order == s.order)
          a = d;
      answers.push_back(a);
    }
    return unless_broken(std::move(answers));
  }

  store_result<std::vector<order_view>> list_orders(const order_filter& filter) override {
    last_filter = filter;
    std::vector<order_view> found;
    for (const order_view& o : orders)
      if ((filter.state.empty() || to_string(o.now.state) == filter.state) &&
          (filter.outcome.empty() || o.now.outcome == filter.outcome) &&
          (filter.customer.empty() || o.customer.value == filter.customer) &&
          (!filter.created_before || o.now.created_at < *filter.created_before) &&
          (!filter.unfinished || !has_ended(o.now)) && (!filter.limit || found.size() < *filter.limit))
        found.push_back(o);
    return unless_broken(found);
  }
  store_result<std::vector<order_id>> orders_like(const std::string& prefix, std::size_t count_max) override {
    std::vector<order_id> found;
    for (const order_view& o : orders)
      if (o.now.order.value.starts_with(prefix))
        found.push_back(o.now.order);
    std::sort(found.begin(), found.end());
    found.resize(std::min(found.size(), count_max));
    return unless_broken(found);
  }
  store_result<std::optional<order_view>> find_order(const order_id& id) override {
    if (meanwhile)
      meanwhile(*this);
    std::optional<order_view> found;
    for (const order_view& o : orders)
      if (o.now.order == id)
        found = o;
    return unless_broken(std::move(found));
  }
  store_result<std::vector<fact>> history(const order_id& id, std::uint64_t after) override {
    std::vector<fact> found;
    for (const fact& f : facts)
      if (f.order == id && f.sequence > after)
        found.push_back(f);
    return unless_broken(std::move(found));
  }
  store_result<void> set_price(const sku&, checkout::money) override {
    return broken ? store_result<void>{tl::unexpected{*broken}} : store_result<void>{};
  }
  store_result<std::vector<catalog_entry>> catalog() override { return unless_broken(prices); }
  store_result<std::optional<stock_level>> add_stock(const sku&, checkout::quantity) override {
    return unless_broken(std::optional<stock_level>{}); // as if it did not fit
  }
  store_result<std::vector<stock_level>> stock() override { return unless_broken(levels); }
  store_result<std::optional<wallet>> credit(const customer_id&, checkout::money) override {
    return unless_broken(std::optional<wallet>{});
  }
  store_result<wallet> find_wallet(const customer_id& customer) override {
    return unless_broken(wallet{customer, 500, false});
  }
  store_result<std::vector<wallet>> wallets() override { return unless_broken(purses); }
  store_result<std::size_t> ask_to_drain(const std::string& node, const std::string&, moment) override {
    std::size_t asked = 0;
    for (node_view& n : health.nodes)
      if (n.name == node && n.holds_lease) {
        n.drain_wanted = true;
        ++asked;
      }
    return unless_broken(asked);
  }
  store_result<store_status> status(moment) override {
    store_status seen = health;
    seen.rules = rules;
    return unless_broken(seen);
  }
  store_result<audit_report> audit(moment) override { return unless_broken(books); }

  order_filter last_filter;
};

inline constexpr moment noon{milliseconds{1'795'003'200'000}};

/// The checkout as its author defined it.
inline const saga_catalog& checkout_definitions() {
  static const saga_catalog definitions = [] {
    saga_catalog c;
    static_cast<void>(c.add(checkout::checkout_saga));
    return c;
  }();
  return definitions;
}

/// A session on a fake office, at noon, not on a terminal; tells what was printed. Time passes only in pauses.
struct fixture {
  fake_office office;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  int pauses = 0;
  /// At this pause Ctrl-C is pressed.
  int interrupted_at = 1'000;
  moment time = noon;
  session s{.office = office,
            .definitions = checkout_definitions(),
            .store = "sqlite:shop.db",
            .who = "ann",
            .pacer = "test:1",
            .format = std::nullopt,
            .in = in,
            .out = out,
            .err = err,
            .on = {},
            .now = [this] { return time; },
            .pause =
                [this](milliseconds length) {
                  ++pauses;
                  time += length;
                },
            .interrupted = [this] { return pauses >= interrupted_at; }};

  nlohmann::json printed_json() const { return nlohmann::json::parse(out.str()); }
  bool printed(const std::string& text) const { return out.str().find(text) != std::string::npos; }
  bool complained(const std::string& text) const { return err.str().find(text) != std::string::npos; }
};

/// An order on its way: charge-payment done, reserve-inventory asked for.
inline order_view order_on_its_way(const std::string& id) {
  saga s;
  s.id = saga_id{id};
  s.order = order_id{id};
  s.created_at = noon - std::chrono::seconds{5};
  s.updated_at = noon - std::chrono::seconds{1};
  s.wakeup_at = noon + std::chrono::seconds{2};
  s.steps.push_back({.name = "charge-payment",
                     .state = step_state::succeeded,
                     .attempts = 1,
                     .started_at = s.created_at,
                     .ended_at = s.updated_at,
                     .code = "",
                     .result = nullptr});
  s.steps.push_back({.name = "reserve-inventory",
                     .state = step_state::asked,
                     .attempts = 2,
                     .started_at = s.updated_at,
                     .ended_at = std::nullopt,
                     .code = "",
                     .result = nullptr});
  s.at = 1;
  s.attempt = 2;
  return {.now = s, .customer = customer_id{"alice"}, .total = 250, .owner = "node-1"};
}

inline order_view ended(order_view order) {
  order.now.state = saga_state::completed;
  order.now.outcome = "SUCCESS";
  order.now.wakeup_at.reset();
  order.owner.clear();
  return order;
}

inline order_view held(order_view order) {
  order.now.state = saga_state::held;
  order.now.outcome = "TIMEOUT";
  order.now.last_error = "refund-payment was refused";
  return order;
}

} // namespace sagad::ctl::testing

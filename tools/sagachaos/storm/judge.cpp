#include "tools/sagachaos/storm/judge.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace sagad::chaos::storm {

namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

class court {
public:
  explicit court(const evidence& all) : all_(all) {
    for (const stored_order& o : all.orders)
      stored_.emplace(o.order, &o);
  }

  verdict sit() {
    hear_submitters();
    look_for_strangers();
    hear_store();
    check_patience();
    check_wallets();
    check_shelves();
    check_deliveries();
    check_events();
    return std::move(found_);
  }

private:
  void accuse(std::string charge, std::string subject, std::string detail) {
    found_.accusations.push_back({std::move(charge), std::move(subject), std::move(detail)});
  }

  void hear_submitters() {
    for (const promise& p : all_.promises) {
      submitted_.emplace(p.order, &p);
      hear_submitter(p);
    }
  }

  void hear_submitter(const promise& p) {
    const bool accepted = p.times_accepted > 0, refused = p.times_refused > 0;
    found_.sent += p.times_sent > 0 ? 1 : 0;
    found_.accepted += accepted ? 1 : 0;
    found_.refused += refused ? 1 : 0;
    found_.unanswered += p.times_sent > 0 && !accepted && !refused ? 1 : 0;
    const auto there = stored_.find(p.order);
    if (accepted && there == stored_.end()) {
      ++found_.lost;
      accuse("lost", p.order, "its submitter was told that it is accepted, and the store does not have it");
    }
    if (accepted && refused)
      accuse("accepted and refused", p.order, "its submitter was told both, the refusal with " + p.refusal);
    if (refused && there != stored_.end())
      accuse("refused and there", p.order, "it was refused with " + p.refusal + ", and the store has it");
    if (p.insists && p.times_sent > 0 && !accepted && !refused)
      accuse("never answered", p.order, "it was submitted " + std::to_string(p.times_sent) + " times");
    const expectation right = expected_of(p.kind);
    if ((accepted && !right.accepted) || (refused && (right.accepted || p.refusal != right.refusal)))
      accuse("a wrong answer", p.order,
             std::string{to_string(p.kind)} + (accepted ? ", yet accepted" : ", yet refused with " + p.refusal));
  }

  void look_for_strangers() {
    for (const stored_order& o : all_.orders)
      if (const auto known = submitted_.find(o.order); known == submitted_.end())
        accuse("an order that nobody submitted", o.order, "the store has it, " + o.state);
      else if (o.customer != known->second->customer || o.total != known->second->total)
        accuse("another order than was submitted", o.order,
               o.customer + " pays " + number(o.total) + " instead of " + known->second->customer + ' ' +
                   number(known->second->total));
  }

  void hear_store() {
    for (const stored_order& o : all_.orders) {
      found_.completed += o.state == "completed" ? 1 : 0;
      found_.rolled_back += o.state == "rolled_back" ? 1 : 0;
      found_.held += o.state == "held" ? 1 : 0;
      if (has_ended(o))
        check_outcome(o);
      else {
        ++found_.stuck;
        accuse(o.state == "held" ? "held" : "stuck", o.order, o.state + ": " + o.why);
      }
    }
  }

  void check_outcome(const stored_order& o) {
    const auto known = submitted_.find(o.order);
    if (known == submitted_.end())
      return;
    const expectation expected = expected_of(known->second->kind);
    if (!expected.accepted || (o.state == expected.state && o.outcome == expected.outcome))
      return; // what was not to be accepted is another accusation
    if (is_given_up(o.state, o.outcome)) {
      ++found_.given_up;
      return;
    }
    accuse("a wrong outcome", o.order,
           std::string{to_string(known->second->kind)} + ": " + o.state + " with " + o.outcome + " instead of " +
               std::string{expected.state} + " with " + std::string{expected.outcome});
  }

  /// A storm excuses some who gave up, and not a shop that gives up by itself.
  void check_patience() {
    if (found_.given_up * 100 > all_.orders.size() * all_.given_up_percent_max)
      accuse("given up too often", "orders",
             number(static_cast<std::int64_t>(found_.given_up)) + " of " +
                 number(static_cast<std::int64_t>(all_.orders.size())) + ", and the scenario allows " +
                 number(static_cast<std::int64_t>(all_.given_up_percent_max)) + " %");
  }

  static bool has_ended(const stored_order& o) { return o.state == "completed" || o.state == "rolled_back"; }

  /// Each customer paid for what they got, once, and for nothing else. What has not ended may be paid or not.
  void check_wallets() {
    std::unordered_map<std::string_view, checkout::money> spent, open;
    for (const stored_order& o : all_.orders) {
      spent[o.customer] += o.state == "completed" ? o.total : 0;
      open[o.customer] += has_ended(o) ? 0 : o.total;
    }
    for (const stored_wallet& w : all_.wallets) {
      const checkout::money right = w.began_with - spent[w.customer];
      if (w.balance <= right && w.balance >= right - open[w.customer])
        continue;
      ++found_.doubled;
      accuse("a wrong balance", w.customer, "it is " + number(w.balance) + ", and by their orders " + number(right));
    }
  }

  void check_shelves() {
    std::unordered_map<std::string_view, checkout::quantity> sold, open;
    for (const stored_order& o : all_.orders)
      if (const auto known = submitted_.find(o.order); known != submitted_.end()) {
        sold[known->second->sku] += o.state == "completed" ? known->second->units : 0;
        open[known->second->sku] += has_ended(o) ? 0 : known->second->units;
      }
    for (const stored_shelf& s : all_.shelves) {
      if (s.available + s.reserved == s.began_with && s.reserved >= sold[s.sku] &&
          s.reserved <= sold[s.sku] + open[s.sku])
        continue;
      ++found_.doubled;
      accuse("a wrong shelf", s.sku,
             number(s.available) + " available and " + number(s.reserved) + " reserved of " + number(s.began_with) +
                 ", and by the orders " + number(sold[s.sku]) + " are reserved");
    }
  }

  void check_deliveries() {
    for (const remembered_delivery& d : all_.deliveries) {
      const auto order = stored_.find(d.order);
      const bool wanted = order != stored_.end() && order->second->state == "completed";
      const bool open = order != stored_.end() && !has_ended(*order->second);
      if (open || d.in_force == wanted)
        continue;
      ++found_.doubled;
      accuse(d.in_force ? "a delivery too many" : "a delivery missing", d.order,
             d.in_force ? "its participant delivers, and the order did not complete"
                        : "the order completed, and its participant does not deliver");
    }
  }

  void check_events() {
    const auto& complaints = all_.events.accusations();
    found_.accusations.insert(found_.accusations.end(), complaints.begin(), complaints.end());
    for (const stored_order& o : all_.orders)
      compare_events(o);
    for (const std::string& order : all_.events.orders())
      if (!stored_.contains(order))
        accuse("an invented event", order, "it is about an order that the store does not have");
  }

  /// What was heard is the history: as much, and the same.
  void compare_events(const stored_order& o) {
    const auto heard = all_.events.heard_of(o.order);
    const auto [fact, event] = std::mismatch(o.facts.begin(), o.facts.end(), heard.begin(), heard.end());
    if (fact == o.facts.end() && event == heard.end())
      return;
    const std::string place = "fact " + std::to_string(event - heard.begin() + 1);
    if (event == heard.end())
      accuse("an event missing", o.order, place + " (" + *fact + ") was never heard");
    else if (fact == o.facts.end())
      accuse("an invented event", o.order, place + " (" + std::string{*event} + ") is not in its history");
    else
      accuse("an invented event", o.order,
             place + " was heard as " + std::string{*event} + ", and is " + *fact + " in its history");
  }

  const evidence& all_;
  std::unordered_map<std::string_view, const stored_order*> stored_;
  std::unordered_map<std::string_view, const promise*> submitted_;
  verdict found_;
};

} // namespace

verdict judge(const evidence& all) { return court{all}.sit(); }

} // namespace sagad::chaos::storm

#include "tools/sagachaos/storm/submitters.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/rabbitmq/rabbitmq_bus.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/hearing.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;

constexpr auto turn = 5ms;
constexpr std::array patience{5s, 5s, 10s, 20s, 40s}; // by how often it was sent
/// What was missed while nobody could submit is not caught up.
constexpr auto backlog_max = 500ms;
constexpr auto goodbye = 1s;

/// Longer each time: thousands who ask on every five seconds would keep those down who come back from a long outage.
std::chrono::seconds patience_of(const promise& told) {
  return patience.at(std::min(told.times_sent, patience.size() - 1));
}

} // namespace

submitters::submitters(const scenario& s, std::uint64_t seed, const std::string& brokers)
    : scenario_(s), orders_(s, seed), chance_(seed + 1) {
  for (const auto& shelf : goods_for(s).shelves)
    prices_[shelf.item.value] = shelf.price;
  bus_ = tools::need(rabbitmq::connect({.url = brokers, .node = "storm", .participants = {}}, *this));
  thread_ = std::thread{[this] { work(); }};
}

submitters::~submitters() { leave(); }

void submitters::open() {
  const std::scoped_lock lock{lock_};
  is_open_ = true;
  next_at_ = clock::now();
}

void submitters::close() {
  const std::scoped_lock lock{lock_};
  is_open_ = false;
}

std::vector<std::string> submitters::owed(std::size_t count_max) const {
  const std::scoped_lock lock{lock_};
  std::vector<std::string> orders;
  for (const std::size_t place : unanswered_)
    if (orders.size() < count_max)
      orders.push_back(customers_[place].told.order);
  return orders;
}

std::size_t submitters::sent() const {
  const std::scoped_lock lock{lock_};
  return customers_.size();
}

void submitters::leave() {
  {
    const std::scoped_lock lock{lock_};
    leaves_ = true;
  }
  if (thread_.joinable())
    thread_.join();
  if (bus_)
    bus_->close(goodbye);
  bus_.reset();
}

std::vector<promise> submitters::promises() const {
  const std::scoped_lock lock{lock_};
  std::vector<promise> all;
  all.reserve(customers_.size());
  for (const customer& c : customers_)
    all.push_back(c.told);
  return all;
}

void submitters::work() {
  for (;; std::this_thread::sleep_for(turn)) {
    const std::scoped_lock lock{lock_};
    if (leaves_)
      return;
    submit_due();
    ask_again();
  }
}

void submitters::submit_due() {
  const auto now = clock::now();
  next_at_ = std::max(next_at_, now - backlog_max);
  const auto pause =
      std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>{1 / scenario_.orders_per_s});
  for (; is_open_ && next_at_ <= now; next_at_ += pause)
    submit_new();
}

void submitters::submit_new() {
  const known_order made = orders_.next();
  const checkout::order_line& line = made.body.lines.front();
  const auto price = prices_.find(line.item.value);
  customer c{.told = {.order = made.body.order.value,
                      .kind = made.kind,
                      .insists = !chance_.percent(scenario_.careless_percent),
                      .customer = made.body.customer.value,
                      .sku = line.item.value,
                      .units = line.count,
                      .total = price == prices_.end() ? 0 : price->second * line.count},
             .body = checkout::canonical_text(made.body)};
  const bool twice = chance_.percent(scenario_.twins_percent);
  if (!send(c))
    return; // as if nobody had come
  if (twice)
    send(c);
  const std::size_t place = customers_.size();
  by_order_.emplace(c.told.order, place);
  if (c.told.insists)
    unanswered_.insert(place);
  customers_.push_back(std::move(c));
}

void submitters::ask_again() {
  const auto now = clock::now();
  for (const std::size_t place : unanswered_)
    if (customer& c = customers_[place]; now - c.sent_at > patience_of(c.told))
      send(c);
}

/// False when too much is on its way.
bool submitters::send(customer& c) {
  const bool taken = bus_->publish({.exchange = {},
                                    .routing_key = std::string{wire::orders_queue},
                                    .body = c.body,
                                    .correlation_id = c.told.order,
                                    .reply_to = bus_->reply_queue()},
                                   0);
  c.told.times_sent += taken ? 1U : 0U;
  c.sent_at = clock::now();
  return taken;
}

void submitters::on_message(incoming_message m) {
  bus_->acknowledge(m.receipt); // it answers what we sent, so there is a bus
  const std::scoped_lock lock{lock_};
  const auto known = by_order_.find(m.correlation_id);
  if (known == by_order_.end())
    return; // it answers one that was not taken
  promise& told = customers_[known->second].told;
  unanswered_.erase(known->second);
  heard_answer answer = answer_in(m.body, told.order);
  ++(answer.accepted ? told.times_accepted : told.times_refused);
  if (!answer.accepted)
    told.refusal = std::move(answer.refusal);
}

} // namespace sagad::chaos::storm

#include "tools/sagachaos/storm/facts_listener.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

#include "adapters/rabbitmq/broker_url.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/hearing.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::chaos::storm {

namespace {

constexpr const char* facts_queue = "storm.facts";
/// Every consumer has a queue for replies; nobody replies to this one.
constexpr const char* no_replies_queue = "storm.no-replies";
constexpr std::uint16_t prefetch = 500;
constexpr std::chrono::seconds goodbye{1};

rabbitmq::topology ear() {
  return {.exchanges = {{.name = std::string{wire::events_exchange}, .type = "topic"}},
          .queues = {{.name = facts_queue,
                      .arguments = {{"x-queue-type", std::string{"quorum"}}},
                      .exchange = std::string{wire::events_exchange},
                      .routing_key = "#"},
                     {.name = no_replies_queue, .durable = false, .arguments = {{"x-expires", std::int64_t{60'000}}}}}};
}

bool is_end(std::string_view type) { return type == "order.completed" || type == "order.rolled_back"; }

} // namespace

facts_listener::facts_listener(const std::string& brokers) : needs_(ear()), consumer_(*this, no_replies_queue, needs_) {
  const auto hosts = tools::need(rabbitmq::parse_broker_url(brokers));
  link_ = std::make_unique<rabbitmq::link>("storm hears facts", hosts, needs_, consumer_, [](const std::string&) {});
  if (const auto connected = link_->connect(); !connected)
    throw std::runtime_error{"nobody can listen to saga.events: " + connected.error().why};
  consumer_.consume(facts_queue, prefetch);
  link_->run();
}

std::size_t facts_listener::ends() const {
  const std::scoped_lock lock{lock_};
  return ends_;
}

std::size_t facts_listener::facts() const {
  const std::scoped_lock lock{lock_};
  return book_.facts();
}

std::size_t facts_listener::accusations() const {
  const std::scoped_lock lock{lock_};
  return book_.accusations().size();
}

std::string facts_listener::last_of(const std::string& order) const {
  const std::scoped_lock lock{lock_};
  return std::string{book_.last_of(order)};
}

void facts_listener::leave() {
  if (link_)
    link_->stop(goodbye);
}

event_book facts_listener::book() const {
  const std::scoped_lock lock{lock_};
  return book_;
}

void facts_listener::on_message(incoming_message m) {
  hear(m);
  if (consumer_.acknowledge(m.receipt))
    link_->wake();
}

void facts_listener::hear(const incoming_message& m) {
  const heard_fact fact = fact_in(m.body, m.redelivered);
  const std::scoped_lock lock{lock_};
  const bool had_ended = is_end(book_.last_of(fact.order));
  book_.hear(fact);
  ends_ += !had_ended && is_end(book_.last_of(fact.order)) ? 1 : 0;
}

} // namespace sagad::chaos::storm

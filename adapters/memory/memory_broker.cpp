#include "adapters/memory/memory_broker.hpp"

#include <utility>
#include <variant>

#include "adapters/memory/bus_session.hpp"

namespace sagad::memory {

std::shared_ptr<broker> make_broker(broker_options options) { return std::make_shared<broker>(std::move(options)); }

broker::broker(broker_options options) : options_(std::move(options)) {
  make_queue(std::string{wire::orders_queue}).waiting_max = options_.waiting_orders_max;
  make_queue(std::string{wire::dead_letters_queue}).waiting_max = wire::waiting_dead_letters_max;
  for (const auto& participant : options_.participants)
    make_queue(wire::commands_queue(participant)).waiting_max = options_.waiting_commands_max;
}

broker::~broker() = default;

// -- What others on the broker do

publish_fate broker::put(outgoing_message m) {
  const std::scoped_lock lock{state_};
  return accept(m);
}

std::vector<incoming_message> broker::take(const std::string& queue) {
  const std::scoped_lock lock{state_};
  std::vector<incoming_message> taken;
  for (auto& m : queue_named(queue).waiting) {
    m.content.queue = queue;
    taken.push_back(std::move(m.content));
  }
  queue_named(queue).waiting.clear();
  return taken;
}

void broker::declare(const std::string& queue, const std::string& events_pattern) {
  const std::scoped_lock lock{state_};
  make_queue(queue);
  if (!events_pattern.empty())
    event_bindings_.emplace_back(events_pattern, queue);
}

std::size_t broker::waiting(const std::string& queue) const {
  const std::scoped_lock lock{state_};
  return queue_named(queue).waiting.size();
}

std::size_t broker::unacknowledged(const std::string& queue) const {
  const std::scoped_lock lock{state_};
  return queue_named(queue).unacknowledged;
}

// -- What goes wrong

void broker::break_connection(std::string_view node) {
  const std::scoped_lock lock{state_};
  for (const auto& session : sessions_) {
    if (session->node != node || !session->connected)
      continue;
    session->connected = false;
    session->on_the_wire.clear();
    put_back_unacknowledged(*session);
    session->on_the_wire.emplace_back(bus_session::connection_notice{"the connection to the broker broke"});
  }
}

void broker::mend_connection(std::string_view node) {
  const std::scoped_lock lock{state_};
  for (const auto& session : sessions_) {
    if (session->node != node || session->connected)
      continue;
    session->connected = true;
    session->on_the_wire.emplace_back(bus_session::connection_notice{});
    for (auto& [sequence, m] : session->unsettled) {
      m.fate = accept(m.content);
      settle(*session, sequence);
    }
    connect_consumers(*session);
  }
}

void broker::refuse_publishes(bool refuse) {
  const std::scoped_lock lock{state_};
  refusing_ = refuse;
}

void broker::withhold_fates(bool withhold) {
  const std::scoped_lock lock{state_};
  if (withholding_ == withhold)
    return;
  withholding_ = withhold;
  if (withhold)
    return;
  for (const auto& session : sessions_) {
    // A fate that was on the wire before the alarm is not told twice.
    std::erase_if(session->on_the_wire,
                  [](const auto& n) { return std::holds_alternative<bus_session::fate_notice>(n); });
    if (session->connected)
      for (const auto& [sequence, m] : session->unsettled)
        settle(*session, sequence);
  }
}

// -- Telling the listeners

std::size_t broker::pump() {
  std::size_t told = 0;
  while (const auto round = tell_each_once())
    told += round;
  return told;
}

std::size_t broker::tell_each_once() {
  const std::scoped_lock peace{telling_};
  std::vector<std::shared_ptr<bus_session>> sessions;
  {
    const std::scoped_lock lock{state_};
    sessions = sessions_;
  }
  std::size_t told = 0;
  for (const auto& session : sessions)
    told += tell_next(*session);
  return told;
}

/// One notice, or as many fates as stand together.
std::size_t broker::tell_next(bus_session& session) {
  std::vector<settled_message> settled;
  bus_session::notice next;
  {
    const std::scoped_lock lock{state_};
    settled = take_fates(session);
    if (settled.empty()) {
      if (session.on_the_wire.empty())
        return 0;
      next = std::move(session.on_the_wire.front());
      session.on_the_wire.pop_front();
    }
  }
  auto& listener = *session.listener;
  if (!settled.empty()) {
    const auto told = settled.size();
    listener.on_settled(std::move(settled));
    return told;
  }
  if (auto* m = std::get_if<incoming_message>(&next))
    listener.on_message(std::move(*m));
  else if (const auto* consumers = std::get_if<bus_session::consumers_notice>(&next))
    listener.on_consumers(consumers->queue, consumers->count);
  else if (const auto* connection = std::get_if<bus_session::connection_notice>(&next))
    listener.on_connection(connection->problem);
  return 1;
}

/// The fates that come next on the wire; with them the messages are settled.
std::vector<settled_message> broker::take_fates(bus_session& session) {
  std::vector<settled_message> settled;
  while (!session.on_the_wire.empty()) {
    const auto* fate = std::get_if<bus_session::fate_notice>(&session.on_the_wire.front());
    if (fate == nullptr)
      break;
    const auto m = session.unsettled.extract(fate->sequence);
    settled.push_back({.token = m.mapped().token, .fate = *m.mapped().fate});
    session.on_the_wire.pop_front();
  }
  return settled;
}

} // namespace sagad::memory

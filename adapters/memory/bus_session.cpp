// What the broker in memory does for its buses.
#include <utility>
#include <variant>

#include "adapters/memory/bus_session.hpp"
#include "adapters/memory/memory_broker.hpp"

namespace sagad::memory {

std::shared_ptr<bus_session> broker::attach(std::string node, bus_listener& listener) {
  const std::scoped_lock lock{state_};
  auto session = std::make_shared<bus_session>();
  session->reply_queue = std::string{wire::reply_queue_prefix} + node + '.' + std::to_string(++sessions_ever_);
  session->node = std::move(node);
  session->listener = &listener;
  session->on_the_wire.emplace_back(bus_session::connection_notice{});
  make_queue(session->reply_queue);
  sessions_.push_back(session);
  connect_consumers(*session);
  return session;
}

bool broker::publish(bus_session& session, outgoing_message m, std::uint64_t token) {
  const std::scoped_lock lock{state_};
  if (session.listener == nullptr || session.unsettled.size() >= options_.unsettled_max)
    return false;
  const auto sequence = ++session.last_sequence;
  auto& kept = session.unsettled[sequence] = {.content = std::move(m), .token = token};
  if (session.connected) {
    kept.fate = accept(kept.content);
    settle(session, sequence);
  }
  return true;
}

void broker::consume(bus_session& session, const std::string& queue, std::uint16_t prefetch) {
  const std::scoped_lock lock{state_};
  auto& wanted = queue_named(queue);
  if (session.listener == nullptr || !session.consumes.emplace(queue, prefetch).second || !session.connected)
    return;
  // What it still holds from before it stopped counts.
  const auto held = std::count_if(session.unacknowledged.begin(), session.unacknowledged.end(),
                                  [&](const auto& m) { return m.second.queue == queue; });
  wanted.consumers.push_back({.who = &session, .prefetch = prefetch, .unacknowledged = static_cast<std::size_t>(held)});
  tell_consumers(queue);
  dispatch(wanted);
}

void broker::stop_consuming(bus_session& session, const std::string& queue) {
  const std::scoped_lock lock{state_};
  if (session.consumes.erase(queue) == 0 || !session.connected)
    return;
  auto& abandoned = queue_named(queue);
  std::erase_if(abandoned.consumers, [&](const auto& c) { return c.who == &session; });
  tell_consumers(queue);
  // What is on the wire reaches nobody any more; the last goes back first, so that the order stays.
  auto& wire = session.on_the_wire;
  for (auto at = wire.size(); at-- > 0;) {
    const auto* m = std::get_if<incoming_message>(&wire[at]);
    if (m == nullptr || m->queue != queue)
      continue;
    auto held = session.unacknowledged.extract(m->receipt);
    put_back(abandoned, std::move(held.mapped().what));
    wire.erase(wire.begin() + static_cast<std::ptrdiff_t>(at));
  }
  dispatch(abandoned);
}

void broker::acknowledge(bus_session& session, std::uint64_t receipt) {
  const std::scoped_lock lock{state_};
  const auto held = session.unacknowledged.extract(receipt);
  if (held.empty())
    return;
  auto& queue = queue_named(held.mapped().queue);
  --queue.unacknowledged;
  for (auto& c : queue.consumers)
    if (c.who == &session)
      --c.unacknowledged;
  dispatch(queue);
}

void broker::give_back(bus_session& session, std::uint64_t receipt) {
  const std::scoped_lock lock{state_};
  auto held = session.unacknowledged.extract(receipt);
  if (held.empty())
    return;
  auto& queue = queue_named(held.mapped().queue);
  for (auto& c : queue.consumers)
    if (c.who == &session)
      --c.unacknowledged;
  put_back(queue, std::move(held.mapped().what));
  dispatch(queue);
}

void broker::watch(bus_session& session, const std::string& queue) {
  const std::scoped_lock lock{state_};
  if (session.watches.insert(queue).second && session.connected)
    session.on_the_wire.emplace_back(
        bus_session::consumers_notice{.queue = queue, .count = queue_named(queue).consumers.size()});
}

void broker::detach(bus_session& session, bool tell_fates) {
  const std::scoped_lock peace{telling_};
  std::vector<settled_message> settled;
  bus_listener* listener = nullptr;
  {
    const std::scoped_lock lock{state_};
    listener = std::exchange(session.listener, nullptr);
    if (listener == nullptr)
      return;
    std::erase_if(session.on_the_wire,
                  [](const auto& n) { return !std::holds_alternative<bus_session::fate_notice>(n); });
    settled = take_fates(session);
    session.connected = false;
    put_back_unacknowledged(session);
    queues_.erase(session.reply_queue);
    std::erase_if(sessions_, [&](const auto& s) { return s.get() == &session; });
  }
  if (tell_fates && !settled.empty())
    listener->on_settled(std::move(settled));
}

/// Tells what became of it, if it is known and may be told.
void broker::settle(bus_session& session, std::uint64_t sequence) {
  if (!withholding_ && session.unsettled.at(sequence).fate)
    session.on_the_wire.emplace_back(bus_session::fate_notice{sequence});
}

void broker::dispatch(memory_queue& queue) {
  while (!queue.waiting.empty()) {
    auto* to = queue.next_consumer();
    if (to == nullptr)
      return;
    auto m = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    m.content.queue = queue.name;
    m.content.redelivered = m.returned > 0;
    m.content.receipt = to->prefetch ? ++to->who->last_receipt : 0;
    to->who->on_the_wire.emplace_back(m.content);
    if (to->prefetch) {
      ++to->unacknowledged;
      ++queue.unacknowledged;
      auto& held = to->who->unacknowledged[m.content.receipt];
      held = {.queue = queue.name, .what = std::move(m)};
    }
  }
}

/// To the front, or to the dead letters when it was given too often.
void broker::put_back(memory_queue& queue, waiting_message m) {
  --queue.unacknowledged;
  if (++m.returned <= options_.redeliveries_max || queue.name == wire::dead_letters_queue) {
    queue.waiting.push_front(std::move(m));
    return;
  }
  m.returned = 0;
  m.content.headers.emplace_back("x-first-death-queue", queue.name);
  m.content.headers.emplace_back("x-first-death-reason", "delivery_limit");
  auto& letters = queue_named(std::string{wire::dead_letters_queue});
  letters.waiting.push_back(std::move(m));
  dispatch(letters);
}

/// As when its connection broke.
void broker::put_back_unacknowledged(bus_session& session) {
  std::set<std::string> touched;
  for (auto& [name, queue] : queues_)
    if (std::erase_if(queue.consumers, [&](const auto& c) { return c.who == &session; }) > 0)
      touched.insert(name);
  auto held = std::exchange(session.unacknowledged, {});
  for (auto m = held.rbegin(); m != held.rend(); ++m) {
    touched.insert(m->second.queue);
    put_back(queue_named(m->second.queue), std::move(m->second.what));
  }
  for (const auto& name : touched) {
    tell_consumers(name);
    dispatch(queue_named(name));
  }
}

void broker::connect_consumers(bus_session& session) {
  queue_named(session.reply_queue).consumers.push_back({.who = &session, .prefetch = std::nullopt});
  dispatch(queue_named(session.reply_queue));
  for (const auto& [name, prefetch] : session.consumes)
    queue_named(name).consumers.push_back({.who = &session, .prefetch = prefetch});
  for (const auto& name : session.watches)
    session.on_the_wire.emplace_back(
        bus_session::consumers_notice{.queue = name, .count = queue_named(name).consumers.size()});
  for (const auto& [name, prefetch] : session.consumes) {
    tell_consumers(name);
    dispatch(queue_named(name));
  }
}

void broker::tell_consumers(const std::string& queue) {
  for (const auto& session : sessions_)
    if (session->connected && session->watches.contains(queue))
      session->on_the_wire.emplace_back(
          bus_session::consumers_notice{.queue = queue, .count = queue_named(queue).consumers.size()});
}

} // namespace sagad::memory

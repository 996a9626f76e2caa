// Where a message goes in the broker in memory: its exchanges, as contract.md names them.
#include <stdexcept>
#include <utility>

#include "adapters/memory/memory_broker.hpp"

namespace sagad::memory {

namespace {

/// AMQP's topic rules: words between dots, `*` is one word, `#` is any number of them.
bool matches_topic(std::string_view pattern, std::string_view key) {
  const auto first_word = [](std::string_view text) { return text.substr(0, text.find('.')); };
  const auto other_words = [](std::string_view text) -> std::optional<std::string_view> {
    const auto dot = text.find('.');
    return dot == std::string_view::npos ? std::nullopt : std::optional{text.substr(dot + 1)};
  };
  const auto pattern_rest = other_words(pattern), key_rest = other_words(key);
  if (first_word(pattern) == "#")
    return !pattern_rest || matches_topic(*pattern_rest, key) || (key_rest && matches_topic(pattern, *key_rest));
  if (first_word(pattern) != "*" && first_word(pattern) != first_word(key))
    return false;
  if (!pattern_rest)
    return !key_rest;
  return key_rest ? matches_topic(*pattern_rest, *key_rest) : *pattern_rest == "#";
}

waiting_message to_wait(const outgoing_message& m) {
  return {.content = {.queue = {},
                      .body = m.body,
                      .content_type = m.content_type,
                      .message_id = m.message_id,
                      .correlation_id = m.correlation_id,
                      .reply_to = m.reply_to,
                      .headers = m.headers}};
}

} // namespace

memory_queue& broker::make_queue(const std::string& name) {
  auto& queue = queues_[name];
  queue.name = name;
  return queue;
}

memory_queue& broker::queue_named(const std::string& name) {
  return const_cast<memory_queue&>(std::as_const(*this).queue_named(name)); // NOLINT(*-const-cast): ours, not const
}

const memory_queue& broker::queue_named(const std::string& name) const {
  const auto found = queues_.find(name);
  if (found == queues_.end())
    throw std::invalid_argument{"the broker in memory has no queue " + name};
  return found->second;
}

std::vector<memory_queue*> broker::route(const outgoing_message& m) {
  std::vector<memory_queue*> targets;
  const auto add = [&](const std::string& name) {
    const auto found = queues_.find(name);
    if (found != queues_.end() && std::find(targets.begin(), targets.end(), &found->second) == targets.end())
      targets.push_back(&found->second);
  };
  if (m.exchange.empty())
    add(m.routing_key);
  else if (m.exchange == wire::commands_exchange)
    add(wire::commands_queue(m.routing_key));
  else if (m.exchange == wire::dead_letter_exchange)
    add(m.routing_key == wire::dead_letters_queue ? m.routing_key : std::string{});
  else if (m.exchange == wire::events_exchange) {
    for (const auto& [pattern, queue] : event_bindings_)
      if (matches_topic(pattern, m.routing_key))
        add(queue);
  } else
    throw std::invalid_argument{"the broker in memory has no exchange " + m.exchange};
  return targets;
}

publish_fate broker::accept(const outgoing_message& m) {
  if (refusing_)
    return publish_fate::refused;
  const auto targets = route(m);
  if (targets.empty())
    return m.mandatory ? publish_fate::unroutable : publish_fate::confirmed;
  auto fate = publish_fate::confirmed;
  for (auto* queue : targets) {
    if (queue->waiting.size() >= queue->waiting_max) {
      fate = publish_fate::refused;
      continue;
    }
    queue->waiting.push_back(to_wait(m));
    dispatch(*queue);
  }
  return fate;
}

} // namespace sagad::memory

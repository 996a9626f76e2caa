#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sagad::rabbitmq {

struct exchange_spec {
  std::string name;
  std::string type;
};

struct queue_spec {
  using argument = std::pair<std::string, std::variant<std::int64_t, std::string>>;

  std::string name;
  bool durable = true;
  std::vector<argument> arguments;
  /// What it is bound to; an empty exchange: to nothing but the default exchange.
  std::string exchange{};
  std::string routing_key{};
};

/// What has to be on the broker: everything that contract.md names.
struct topology {
  std::vector<exchange_spec> exchanges;
  std::vector<queue_spec> queues;
};

/// - `saga.orders`, `saga.commands.<participant>` and `saga.dead-letters` are quorum queues. What is handed out
///   too often goes from the first two to the dead letters, at least once: the queue keeps it until they have it.
/// - All of them are bounded, and a full one refuses what is published: the publisher is told, nothing is dropped.
///   So it is with the dead letters too: while they are full, what should become one stays where it is.
/// - The queue for this node's replies is not exclusive, because a broken connection would keep it locked for a
///   while; it goes when it was not used for a minute.
topology topology_for(const std::vector<std::string>& participants, const std::string& reply_queue);

} // namespace sagad::rabbitmq

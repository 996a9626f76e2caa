#include "adapters/rabbitmq/topology.hpp"

#include <cstddef>

#include "workflows/wire/queue_names.hpp"

namespace sagad::rabbitmq {

namespace {

constexpr std::int64_t reply_queue_expires_ms = 60'000;
/// There is nowhere to go from the dead letters, and since version 4 the server would drop them at a limit of its own.
constexpr std::int64_t never = 1'000'000'000;

std::vector<queue_spec::argument> bounded_quorum(std::size_t waiting_max, std::int64_t redeliveries_max) {
  return {{"x-queue-type", std::string{"quorum"}},
          {"x-delivery-limit", redeliveries_max},
          {"x-max-length", static_cast<std::int64_t>(waiting_max)},
          {"x-overflow", std::string{"reject-publish"}}};
}

std::vector<queue_spec::argument> with_dead_letters(std::size_t waiting_max) {
  auto arguments = bounded_quorum(waiting_max, wire::redeliveries_max);
  arguments.insert(arguments.end(), {{"x-dead-letter-exchange", std::string{wire::dead_letter_exchange}},
                                     {"x-dead-letter-routing-key", std::string{wire::dead_letters_queue}},
                                     {"x-dead-letter-strategy", std::string{"at-least-once"}}});
  return arguments;
}

} // namespace

topology topology_for(const std::vector<std::string>& participants, const std::string& reply_queue) {
  topology all;
  all.exchanges = {{.name = std::string{wire::dead_letter_exchange}, .type = "direct"},
                   {.name = std::string{wire::events_exchange}, .type = "topic"},
                   {.name = std::string{wire::commands_exchange}, .type = "direct"}};
  // The dead letters come first, so that there is no moment in which something could miss them.
  all.queues.push_back({.name = std::string{wire::dead_letters_queue},
                        .arguments = bounded_quorum(wire::waiting_dead_letters_max, never),
                        .exchange = std::string{wire::dead_letter_exchange},
                        .routing_key = std::string{wire::dead_letters_queue}});
  all.queues.push_back(
      {.name = std::string{wire::orders_queue}, .arguments = with_dead_letters(wire::waiting_orders_max)});
  for (const auto& participant : participants)
    all.queues.push_back({.name = wire::commands_queue(participant),
                          .arguments = with_dead_letters(wire::waiting_commands_max),
                          .exchange = std::string{wire::commands_exchange},
                          .routing_key = participant});
  all.queues.push_back({.name = reply_queue, .durable = false, .arguments = {{"x-expires", reply_queue_expires_ms}}});
  return all;
}

} // namespace sagad::rabbitmq

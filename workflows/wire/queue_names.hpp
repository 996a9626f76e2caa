#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sagad::wire {

// The names and limits on the broker that others rely on.

/// Submissions; published to through the default exchange.
inline constexpr std::string_view orders_queue = "saga.orders";
/// Topic exchange: facts.
inline constexpr std::string_view events_exchange = "saga.events";
/// Direct exchange: commands. The routing key is the participant's name.
inline constexpr std::string_view commands_exchange = "saga.commands";
/// Where what cannot be understood or delivered goes: an exchange, and the queue that its name routes to.
inline constexpr std::string_view dead_letter_exchange = "saga.dlx";
inline constexpr std::string_view dead_letters_queue = "saga.dead-letters";
/// Answers to one node; its name and a random part follow.
inline constexpr std::string_view reply_queue_prefix = "saga.replies.";

/// What a dead letter says about itself.
inline constexpr std::string_view reason_header = "x-saga-reason";
inline constexpr std::string_view source_header = "x-saga-source";

/// The queue of one participant's commands.
inline std::string commands_queue(std::string_view participant) {
  return std::string{commands_exchange} + '.' + std::string{participant};
}

/// How often the broker hands out again what was not acknowledged, before it is a dead letter.
inline constexpr int redeliveries_max = 20;
/// How many messages wait in a queue; beyond it they are refused, so that nothing piles up without bound and nothing
/// is dropped either.
inline constexpr std::size_t waiting_orders_max = 1'000'000;
inline constexpr std::size_t waiting_commands_max = 10'000;
inline constexpr std::size_t waiting_dead_letters_max = 1'000'000;

} // namespace sagad::wire

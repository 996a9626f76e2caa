#pragma once

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"

namespace sagad::rabbitmq {

/// Makes what is missing, on this channel. What is there but different is a lasting failure that names it and what
/// differs; the channel is closed by then.
result<void> declare(connection& on, amqp_channel_t channel, const topology& all);

} // namespace sagad::rabbitmq

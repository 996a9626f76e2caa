#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

struct bus_options {
  /// See broker_url.hpp.
  std::string url;
  /// As operators of the broker see it; and a part of the reply queue's name.
  std::string node;
  /// Each has its queue of commands.
  std::vector<std::string> participants;
  /// A broker that does not answer at the start is looked for like one that went away; then only what somebody has to
  /// mend is an error.
  bool may_be_away = false;
  /// How much may be unsettled.
  std::size_t unsettled_messages_max = 4'096;
  std::size_t unsettled_bytes_max = std::size_t{64} << 20;
};

/// Connects to RabbitMQ, makes there what contract.md names (topology.hpp) and checks it. The error is a sentence
/// without secrets: the URL is wrong, no host works (see `may_be_away`), or something on the broker is not as it has to
/// be. Blocks for as long as the hosts take to answer; after that, the bus finds its way back by itself.
///
/// The listener must outlive the bus; it may be called before this returns. One thread publishes and another
/// consumes, each over a connection of its own, because RabbitMQ stops reading from publishers when it is short of
/// memory, and acknowledgements must still get through then.
///
/// Beyond what message_bus.hpp says: a message that AMQP cannot carry (a name of more than 255 bytes, headers of more
/// than 64 KiB) is `unroutable`; of a body of more than 4 MiB that comes only those are told, and when it is
/// acknowledged the broker puts the message, as it is, into its dead letters; an exchange that contract.md does not
/// name throws std::invalid_argument. The destructor closes at once. Both may take longer than they are told while a
/// host is being connected to, by about its `connection_timeout`.
tl::expected<std::unique_ptr<message_bus>, std::string> connect(const bus_options& options, bus_listener& listener);

} // namespace sagad::rabbitmq

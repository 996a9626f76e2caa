#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <amqp.h>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/message_codec.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::rabbitmq {

/// What is kept of a message's body: four times what anybody here reads. A broker takes 128 MiB and more.
inline constexpr std::size_t body_bytes_max = std::size_t{4} << 20;

/// Puts one channel's messages together from their frames.
class assembly {
public:
  void begin(const amqp_basic_deliver_t& delivery) {
    message_ = {};
    message_.queue = to_string(delivery.consumer_tag); // we name our consumers after their queues
    message_.redelivered = delivery.redelivered != 0;
    tag_ = delivery.delivery_tag;
  }

  /// True when the message is complete.
  bool add(const amqp_frame_t& frame) {
    if (frame.frame_type == AMQP_FRAME_HEADER) {
      const auto& properties = frame.payload.properties;
      decode(*static_cast<const amqp_basic_properties_t*>(properties.decoded), message_);
      missing_ = properties.body_size;
      is_cut_ = missing_ > body_bytes_max;
      message_.body.reserve(std::min<std::size_t>(missing_, announced_max)); // an announcement is no message yet
    } else {
      const auto& fragment = frame.payload.body_fragment;
      message_.body.append(static_cast<const char*>(fragment.bytes),
                           std::min(fragment.len, body_bytes_max - message_.body.size()));
      missing_ -= std::min<std::uint64_t>(missing_, fragment.len);
    }
    return missing_ == 0;
  }

  incoming_message& message() { return message_; }
  /// The message has more than is kept of it.
  bool is_cut() const { return is_cut_; }
  std::uint64_t tag() const { return tag_; }

private:
  static constexpr std::size_t announced_max = std::size_t{1} << 20;

  incoming_message message_{};
  std::uint64_t tag_ = 0;
  std::uint64_t missing_ = 0;
  bool is_cut_ = false;
};

} // namespace sagad::rabbitmq

// Throws arbitrary frames at what puts AMQP's messages together. What the library takes for properties must come out
// the same when it is sent on, and a message must be complete when all that was announced is there, and not before.
//
// Bytes: the length of the encoded properties (two), how much more is announced than comes, how long a frame of the
// body is; then the properties, then the body.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <amqp.h>
#include <amqp_framing.h>

#include "adapters/rabbitmq/assembly.hpp"
#include "adapters/rabbitmq/message_codec.hpp"
#include "tests/fuzz/insist.hpp"

namespace {

using namespace sagad;
using fuzz::insist;

/// What the library decodes lives as long as this.
class decoded_properties {
public:
  explicit decoded_properties(std::string_view encoded) {
    init_amqp_pool(&pool_, 4096);
    void* found = nullptr;
    if (amqp_decode_properties(AMQP_BASIC_CLASS, &pool_, rabbitmq::to_bytes(encoded), &found) >= 0)
      found_ = static_cast<amqp_basic_properties_t*>(found);
  }
  decoded_properties(const decoded_properties&) = delete;
  decoded_properties& operator=(const decoded_properties&) = delete;
  ~decoded_properties() { empty_amqp_pool(&pool_); }

  /// Null when they are none.
  amqp_basic_properties_t* get() const { return found_; }

private:
  amqp_pool_t pool_{};
  amqp_basic_properties_t* found_ = nullptr;
};

void check_sent_on(const incoming_message& m) {
  constexpr std::uint64_t number = 1'234'567'890'123;
  const outgoing_message onward{.exchange = {},
                                .routing_key = "q",
                                .body = m.body,
                                .content_type = m.content_type,
                                .message_id = m.message_id,
                                .correlation_id = m.correlation_id,
                                .reply_to = m.reply_to,
                                .headers = m.headers,
                                .mandatory = true};
  insist(rabbitmq::fits(onward));
  const rabbitmq::encoded_properties encoded{onward, number};
  amqp_basic_properties_t sent = encoded.get();
  static std::array<char, 131'072> room;
  const int length = amqp_encode_properties(AMQP_BASIC_CLASS, &sent, {.len = room.size(), .bytes = room.data()});
  insist(length > 0);

  const decoded_properties received{{room.data(), static_cast<std::size_t>(length)}};
  insist(received.get() != nullptr && rabbitmq::publish_number(*received.get()) == number);
  incoming_message again;
  rabbitmq::decode(*received.get(), again);
  insist(again.content_type == m.content_type && again.message_id == m.message_id);
  insist(again.correlation_id == m.correlation_id && again.reply_to == m.reply_to && again.headers == m.headers);
}

void check_message(amqp_basic_properties_t& properties, std::string_view body, std::size_t more, std::size_t step) {
  rabbitmq::assembly delivery;
  amqp_basic_deliver_t begins{};
  begins.consumer_tag = rabbitmq::to_bytes("q");
  begins.delivery_tag = 7;
  delivery.begin(begins);

  amqp_frame_t frame{};
  frame.frame_type = AMQP_FRAME_HEADER;
  frame.payload.properties.class_id = AMQP_BASIC_CLASS;
  frame.payload.properties.body_size = body.size() + more;
  frame.payload.properties.decoded = &properties;
  insist(delivery.add(frame) == (body.size() + more == 0));
  for (std::size_t at = 0; at < body.size(); at += step) {
    amqp_frame_t part{};
    part.frame_type = AMQP_FRAME_BODY;
    part.payload.body_fragment = rabbitmq::to_bytes(body.substr(at, step));
    insist(delivery.add(part) == (more == 0 && at + step >= body.size()));
  }

  const incoming_message& m = delivery.message();
  insist(delivery.tag() == 7 && m.queue == "q" && m.body == body);
  for (const auto& [name, value] : m.headers)
    insist(name != rabbitmq::publish_number_header);
  check_sent_on(m);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t header_size = 4;
  if (size < header_size)
    return 0;
  const std::string_view rest{reinterpret_cast<const char*>(data) + header_size, size - header_size};
  const std::size_t length = std::min<std::size_t>(std::size_t{data[0]} * 256 + data[1], rest.size());
  const decoded_properties properties{rest.substr(0, length)};
  if (properties.get() != nullptr)
    check_message(*properties.get(), rest.substr(length), data[2], std::max<std::size_t>(data[3], 1));
  return 0;
}

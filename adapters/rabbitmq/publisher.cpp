#include "adapters/rabbitmq/publisher.hpp"

#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

#include "adapters/rabbitmq/message_codec.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::rabbitmq {

namespace {

constexpr amqp_channel_t channel = 1;
/// Then it looks for confirms.
constexpr int publishes_per_turn_max = 256;

std::size_t size_of(const outgoing_message& m) { return m.body.size() + m.routing_key.size(); }

bool is_known(const std::string& exchange) {
  return exchange.empty() || exchange == wire::events_exchange || exchange == wire::commands_exchange ||
         exchange == wire::dead_letter_exchange;
}

} // namespace

publisher::publisher(bus_listener& listener, limits bounds, link::report tell)
    : listener_(listener), limits_(bounds), tell_(std::move(tell)) {}

publisher::taken publisher::publish(outgoing_message m, std::uint64_t token) {
  // The broker would close the connection for it, again and again.
  if (!is_known(m.exchange))
    throw std::invalid_argument{"there is no exchange " + m.exchange};
  const std::scoped_lock lock{lock_};
  if (unsettled_count_ >= limits_.messages_max)
    return taken::no;
  if (unsettled_count_ > 0 && unsettled_bytes_ + size_of(m) > limits_.bytes_max)
    return taken::no;
  ++unsettled_count_;
  ++untold_count_;
  unsettled_bytes_ += size_of(m);
  brought_.push_back({.content = std::move(m), .token = token});
  return brought_.size() == 1 ? taken::and_wake : taken::yes;
}

bool publisher::wait_settled(std::chrono::milliseconds patience) {
  std::unique_lock lock{lock_};
  return all_settled_.wait_for(lock, patience, [this] { return untold_count_ == 0; });
}

result<void> publisher::begin(connection& on) {
  amqp_confirm_select(on.raw(), channel);
  return on.answer();
}

result<bool> publisher::send(connection& on) {
  {
    const std::scoped_lock lock{lock_};
    std::move(brought_.begin(), brought_.end(), std::back_inserter(waiting_));
    brought_.clear();
  }
  std::optional<together> packed;
  if (!blocked_ && waiting_.size() > 1)
    packed.emplace(on);
  for (int published = 0; !blocked_ && !waiting_.empty(); ++published) {
    if (published == publishes_per_turn_max)
      return true;
    auto m = std::move(waiting_.front());
    waiting_.pop_front();
    if (!fits(m.content)) {
      settle(m, publish_fate::unroutable);
      continue;
    }
    if (auto sent = publish_on(on, std::move(m)); !sent)
      return tl::unexpected{sent.error()};
  }
  return false;
}

result<void> publisher::publish_on(connection& on, unsettled_message m) {
  const auto number = ++last_number_;
  // It counts as sent even when that fails: the connection is lost then, and it is published again.
  const auto& kept = in_flight_.emplace_hint(in_flight_.end(), number, std::move(m))->second.content;
  const encoded_properties properties{kept, number};
  return connection::sent(amqp_basic_publish(on.raw(), channel, to_bytes(kept.exchange), to_bytes(kept.routing_key),
                                             kept.mandatory, 0, &properties.get(), to_bytes(kept.body)));
}

result<void> publisher::receive(connection&, const amqp_frame_t& frame) {
  if (frame.frame_type == AMQP_FRAME_METHOD)
    return method(frame.payload.method);
  // Only a message that came back has a header here; its confirmation follows.
  if (frame.frame_type == AMQP_FRAME_HEADER) {
    const auto& p = *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
    const auto number = publish_number(p);
    const auto found = number ? in_flight_.find(*number) : in_flight_.end();
    if (found != in_flight_.end())
      found->second.returned = true;
  }
  return {};
}

result<void> publisher::method(const amqp_method_t& m) {
  switch (m.id) {
  case AMQP_BASIC_ACK_METHOD: {
    const auto& ack = *static_cast<const amqp_basic_ack_t*>(m.decoded);
    confirm(ack.delivery_tag, ack.multiple != 0, publish_fate::confirmed);
    break;
  }
  case AMQP_BASIC_NACK_METHOD: {
    const auto& nack = *static_cast<const amqp_basic_nack_t*>(m.decoded);
    confirm(nack.delivery_tag, nack.multiple != 0, publish_fate::refused);
    break;
  }
  case AMQP_CONNECTION_BLOCKED_METHOD:
    blocked_ = true;
    tell_("the broker takes no messages for now: " +
          to_string(static_cast<const amqp_connection_blocked_t*>(m.decoded)->reason));
    break;
  case AMQP_CONNECTION_UNBLOCKED_METHOD:
    blocked_ = false;
    tell_({});
    break;
  default:
    break;
  }
  return {};
}

/// `multiple`: that one and all before it. A number of 0 would mean all.
void publisher::confirm(std::uint64_t number, bool multiple, publish_fate fate) {
  const auto end = number == 0 ? in_flight_.end() : in_flight_.upper_bound(number);
  const auto begin = multiple ? in_flight_.begin() : in_flight_.find(number);
  if (begin == in_flight_.end())
    return;
  for (auto m = begin; m != end; ++m)
    settle(m->second, m->second.returned ? publish_fate::unroutable : fate);
  in_flight_.erase(begin, end);
}

void publisher::settle(const unsettled_message& m, publish_fate fate) {
  settled_.push_back({.token = m.token, .fate = fate});
  settled_bytes_ += size_of(m.content);
}

void publisher::received() {
  if (settled_.empty())
    return;
  const auto count = settled_.size();
  {
    const std::scoped_lock lock{lock_};
    unsettled_count_ -= count;
    unsettled_bytes_ -= std::exchange(settled_bytes_, 0);
  }
  listener_.on_settled(std::exchange(settled_, {}));
  const std::scoped_lock lock{lock_};
  untold_count_ -= count;
  if (untold_count_ == 0)
    all_settled_.notify_all();
}

void publisher::lost() {
  received();
  blocked_ = false;
  last_number_ = 0;
  for (auto m = in_flight_.rbegin(); m != in_flight_.rend(); ++m) {
    m->second.returned = false;
    waiting_.push_front(std::move(m->second));
  }
  in_flight_.clear();
}

} // namespace sagad::rabbitmq

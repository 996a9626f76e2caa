#include "adapters/rabbitmq/consumer.hpp"

#include <utility>

#include "adapters/rabbitmq/declare.hpp"

namespace sagad::rabbitmq {

namespace {

/// Channels: a failure on `control` alone, which is an answer when we ask for a queue that is not there, does not touch
/// the deliveries.
constexpr amqp_channel_t deliveries = 1, replies = 2, control = 3;
constexpr std::chrono::milliseconds count_every{1'000};
/// Answers that wait to be heard here; more of them wait with the broker.
constexpr std::uint16_t replies_prefetch = 2'048;
/// A receipt is a delivery tag, with a bit above it that says whether it is an answer's, and the number of its
/// connection above that.
constexpr int tag_bits = 40;
constexpr std::uint64_t tag_mask = (std::uint64_t{1} << tag_bits) - 1;
constexpr std::uint64_t reply_bit = std::uint64_t{1} << tag_bits;
constexpr int epoch_shift = tag_bits + 1;

} // namespace

consumer::consumer(bus_listener& listener, std::string reply_queue, topology needs)
    : listener_(listener), reply_queue_(std::move(reply_queue)), needs_(std::move(needs)) {}

// -- From any thread

bool consumer::consume(const std::string& queue, std::uint16_t prefetch) {
  const std::scoped_lock lock{lock_};
  wishes_changed_ = true;
  return wanted_.consumed.emplace(queue, prefetch).second;
}

bool consumer::stop_consuming(const std::string& queue) {
  const std::scoped_lock lock{lock_};
  wishes_changed_ = true;
  return wanted_.consumed.erase(queue) > 0;
}

bool consumer::acknowledge(std::uint64_t receipt) {
  const std::scoped_lock lock{lock_};
  acknowledged_.push_back(receipt);
  return acknowledged_.size() == 1;
}

bool consumer::give_back(std::uint64_t receipt) {
  const std::scoped_lock lock{lock_};
  given_back_.push_back(receipt);
  return given_back_.size() == 1;
}

bool consumer::watch(const std::string& queue) {
  const std::scoped_lock lock{lock_};
  wishes_changed_ = true;
  return wanted_.watched.insert(queue).second;
}

// -- The link's thread

result<void> consumer::begin(connection& on) {
  ++epoch_;
  for (const auto channel : {replies, control})
    if (auto opened = on.open_channel(channel); !opened)
      return opened;
  return {};
}

void consumer::lost() {
  consuming_.clear();
  consumes_replies_ = false;
  misses_replies_ = false;
  was_cancelled_ = false;
  unacknowledged_ = {};
  unacknowledged_replies_ = {};
  cut_.clear();
  counted_.clear();
  count_at_ = {};
}

result<bool> consumer::send(connection& on) {
  if (auto settled = hear_and_settle(on); !settled)
    return tl::unexpected{settled.error()};
  if (auto followed = follow_wishes(on); !followed)
    return tl::unexpected{followed.error()};
  if (auto counted = count_consumers(on); !counted)
    return tl::unexpected{counted.error()};
  return false;
}

result<void> consumer::hear_and_settle(connection& on) {
  std::vector<std::uint64_t> acknowledged, given_back;
  {
    const std::scoped_lock lock{lock_};
    acknowledged.swap(acknowledged_);
    given_back.swap(given_back_);
    if (std::exchange(wishes_changed_, false))
      heard_ = wanted_;
  }
  for (const auto receipt : given_back)
    if (auto rejected = reject(on, receipt, requeues::yes); !rejected)
      return rejected;
  for (const auto receipt : acknowledged)
    if (cut_.contains(receipt)) {
      if (auto rejected = reject(on, receipt, requeues::no); !rejected)
        return rejected;
    } else if (const auto of = to_tag(receipt)) {
      unacknowledged_on(of->channel).acknowledge(of->tag);
    }
  for (const auto channel : {deliveries, replies})
    for (const auto& [tag, multiple] : unacknowledged_on(channel).take())
      if (auto sent = connection::sent(amqp_basic_ack(on.raw(), channel, tag, multiple)); !sent)
        return sent;
  return {};
}

/// Says nothing of what was settled before.
result<void> consumer::reject(connection& on, std::uint64_t receipt, requeues how) {
  cut_.erase(receipt);
  const auto of = to_tag(receipt);
  if (!of || !unacknowledged_on(of->channel).give_back(of->tag))
    return {};
  return connection::sent(amqp_basic_reject(on.raw(), of->channel, of->tag, how == requeues::yes ? 1 : 0));
}

/// Begins and ends consuming, so that it is as wanted.
result<void> consumer::follow_wishes(connection& on) {
  if (was_cancelled_)
    if (auto declared = declare_again(on); !declared)
      return declared;
  if (!consumes_replies_)
    if (auto started = start_replies(on); !started)
      return started;
  for (const auto& [queue, prefetch] : heard_.consumed)
    if (!consuming_.contains(queue))
      if (auto started = start(on, queue, prefetch); !started)
        return started;
  for (auto queue = consuming_.begin(); queue != consuming_.end();) {
    if (heard_.consumed.contains(*queue)) {
      ++queue;
      continue;
    }
    amqp_basic_cancel(on.raw(), deliveries, to_bytes(*queue));
    if (auto answered = on.answer(); !answered)
      return answered;
    queue = consuming_.erase(queue);
  }
  return {};
}

/// A queue was deleted, or went to another node of the cluster.
result<void> consumer::declare_again(connection& on) {
  was_cancelled_ = false;
  return declare(on, control, needs_);
}

result<void> consumer::start(connection& on, const std::string& queue, std::uint16_t prefetch) {
  amqp_basic_qos(on.raw(), deliveries, 0, prefetch, 0); // for the consumers that begin after it
  if (auto answered = on.answer(); !answered)
    return answered;
  amqp_basic_consume(on.raw(), deliveries, to_bytes(queue), to_bytes(queue), 0, 0, 0, amqp_empty_table);
  if (auto answered = on.answer(); !answered)
    return answered;
  consuming_.insert(queue);
  return {};
}

result<void> consumer::start_replies(connection& on) {
  amqp_basic_qos(on.raw(), replies, 0, replies_prefetch, 0);
  if (auto limited = on.answer(); !limited)
    return limited;
  amqp_basic_consume(on.raw(), replies, to_bytes(reply_queue_), to_bytes(reply_queue_), 0, 0, 0, amqp_empty_table);
  auto answered = on.answer();
  consumes_replies_ = answered.has_value();
  return answered;
}

result<void> consumer::count_consumers(connection& on) {
  const auto is_new = [this](const std::string& queue) { return !counted_.contains(queue); };
  const auto now = clock::now();
  if (now < count_at_ && std::none_of(heard_.watched.begin(), heard_.watched.end(), is_new))
    return {};
  count_at_ = now + count_every;
  if (auto there = check_replies(on); !there)
    return there;
  for (const auto& queue : heard_.watched) {
    const auto count = consumers_of(on, queue);
    if (!count)
      return tl::unexpected{count.error()};
    const auto [known, first] = counted_.try_emplace(queue, *count);
    if (first || std::exchange(known->second, *count) != *count)
      listener_.on_consumers(queue, *count);
  }
  return {};
}

/// A broker that lost one of its nodes may forget the queue for replies and not say so: the consumer stays, and what is
/// published to the queue goes nowhere. A new connection makes the queue again. At the first look a word about it may
/// still be on its way.
result<void> consumer::check_replies(connection& on) {
  const auto count = consumers_of(on, reply_queue_);
  if (!count)
    return tl::unexpected{count.error()};
  if (*count > 0 || !misses_replies_) {
    misses_replies_ = *count == 0;
    return {};
  }
  return tl::unexpected{failure{.why = "the broker has lost the queue " + reply_queue_ + " and did not say so"}};
}

result<std::size_t> consumer::consumers_of(connection& on, const std::string& queue) {
  const auto* declared = amqp_queue_declare(on.raw(), control, to_bytes(queue), 1, 0, 0, 0, amqp_empty_table);
  if (declared != nullptr)
    return declared->consumer_count;
  const auto reply = amqp_get_rpc_reply(on.raw());
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION || reply.reply.id != AMQP_CHANNEL_CLOSE_METHOD ||
      static_cast<const amqp_channel_close_t*>(reply.reply.decoded)->reply_code != AMQP_NOT_FOUND)
    return tl::unexpected{on.answer().error()};
  // There is no such queue now, and so nobody consumes it; and no such channel any more.
  amqp_channel_close_ok_t agreed{};
  if (auto sent = connection::sent(amqp_send_method(on.raw(), control, AMQP_CHANNEL_CLOSE_OK_METHOD, &agreed)); !sent)
    return tl::unexpected{sent.error()};
  if (auto opened = on.open_channel(control); !opened)
    return tl::unexpected{opened.error()};
  was_cancelled_ = true; // if it is one of ours, it has to be made again
  return std::size_t{0};
}

result<void> consumer::receive(connection& on, const amqp_frame_t& frame) {
  auto& target = frame.channel == replies ? reply_ : delivery_;
  if (frame.frame_type != AMQP_FRAME_METHOD) {
    const auto complete = target.add(frame);
    return complete ? hand_over(on, target) : result<void>{};
  }
  const auto& method = frame.payload.method;
  if (method.id == AMQP_BASIC_DELIVER_METHOD)
    target.begin(*static_cast<const amqp_basic_deliver_t*>(method.decoded));
  else if (method.id == AMQP_BASIC_CANCEL_METHOD) {
    was_cancelled_ = true;
    if (frame.channel == replies)
      consumes_replies_ = false;
    else
      consuming_.erase(to_string(static_cast<const amqp_basic_cancel_t*>(method.decoded)->consumer_tag));
  }
  return {};
}

result<void> consumer::hand_over(connection& on, assembly& done) {
  auto m = std::exchange(done.message(), {});
  if (&done == &delivery_) {
    bool is_wanted = false;
    {
      const std::scoped_lock lock{lock_};
      is_wanted = wanted_.consumed.contains(m.queue);
    }
    if (!is_wanted) // it was on its way when we stopped
      return connection::sent(amqp_basic_reject(on.raw(), deliveries, done.tag(), 1));
  }
  const auto channel = &done == &delivery_ ? deliveries : replies;
  m.receipt = to_receipt({.channel = channel, .tag = done.tag()});
  if (channel == deliveries && done.is_cut())
    cut_.insert(m.receipt);
  unacknowledged_on(channel).delivered(done.tag());
  listener_.on_message(std::move(m));
  return {};
}

std::uint64_t consumer::to_receipt(const delivery_tag& of) const {
  return epoch_ << epoch_shift | (of.channel == replies ? reply_bit : 0) | of.tag;
}

std::optional<consumer::delivery_tag> consumer::to_tag(std::uint64_t receipt) const {
  if (receipt >> epoch_shift != epoch_)
    return std::nullopt;
  return delivery_tag{.channel = (receipt & reply_bit) != 0 ? replies : deliveries, .tag = receipt & tag_mask};
}

unacknowledged& consumer::unacknowledged_on(amqp_channel_t channel) {
  return channel == replies ? unacknowledged_replies_ : unacknowledged_;
}

} // namespace sagad::rabbitmq

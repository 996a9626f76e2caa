#include "tests/bus/bus_under_test.hpp"

#include <condition_variable>
#include <cstdlib>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "adapters/memory/memory_bus.hpp"
#include "adapters/rabbitmq/declare.hpp"
#include "adapters/rabbitmq/message_codec.hpp"

namespace sagad::tests {

namespace {

constexpr amqp_channel_t channel = 1;
/// Patience with a busy machine; nothing waits this long unless it is broken.
constexpr std::chrono::seconds deadline{60};
const std::vector<std::string> participants{"payment", "inventory"};

template <class Result>
void require(const Result& r) {
  if (!r)
    FAIL(r.error().why);
}

} // namespace

publish_fate recording_listener::fate_of(std::uint64_t token) const {
  std::vector<publish_fate> fates;
  for (const auto& s : settled())
    if (s.token == token)
      fates.push_back(s.fate);
  INFO("message " << token);
  REQUIRE(fates.size() == 1);
  return fates.front();
}

std::vector<std::string> broker_under_test::take_bodies(const std::string& queue) {
  std::vector<std::string> bodies;
  for (auto& m : take(queue))
    bodies.push_back(std::move(m.body));
  return bodies;
}

std::string environment(const char* name) {
  const auto* value = std::getenv(name);
  if (value == nullptr)
    FAIL(name << " is not set: this test needs a RabbitMQ server of its own; run tools/test, which starts one.");
  return value;
}

// -- Memory

std::unique_ptr<message_bus> on_memory::connect(const std::string& node, bus_listener& listener) {
  return memory::connect(broker_, node, listener);
}

bool on_memory::eventually(const std::function<bool()>& condition) {
  broker_->pump();
  return condition();
}

// -- RabbitMQ

on_rabbitmq::on_rabbitmq() : vhost_("test-" + std::to_string(std::random_device{}())) {
  const auto hosts = rabbitmq::parse_broker_url(environment("SAGAD_TEST_BROKER"));
  REQUIRE(hosts);
  direct_ = hosts->front();
  direct_.vhost = vhost_;
  tell_broker("add-vhost " + vhost_);
  require(
      rabbitmq::declare(operators_connection(), channel, rabbitmq::topology_for(participants, "saga.replies.test")));
}

on_rabbitmq::~on_rabbitmq() { tell_broker("delete-vhost " + vhost_); }

void on_rabbitmq::tell_broker(const std::string& verb) {
  if (std::system((environment("SAGAD_TEST_BROKER_DO") + ' ' + verb).c_str()) != 0)
    throw std::runtime_error{"the broker did not do it: " + verb};
}

/// Made anew when somebody broke it.
rabbitmq::connection& on_rabbitmq::operators_connection() {
  amqp_frame_t frame{};
  if (operator_ && operator_->read(frame))
    return *operator_;
  operator_.reset();
  const auto connected = comes_true([&] {
    auto opened = rabbitmq::connection::open(direct_, "test");
    if (!opened || !opened->open_channel(channel))
      return false;
    operator_ = std::move(*opened);
    return true;
  });
  REQUIRE(connected);
  return *operator_;
}

tcp_gate& on_rabbitmq::gate(const std::string& node) { return gates_.try_emplace(node, direct_.port).first->second; }

std::string on_rabbitmq::url(const std::string& node, const std::string& parameters) {
  return "amqp://guest:guest@127.0.0.1:" + std::to_string(gate(node).port()) + '/' + vhost_ + parameters;
}

rabbitmq::bus_options on_rabbitmq::options(const std::string& node, const std::string& parameters) {
  return {.url = url(node, parameters), .node = node, .participants = participants};
}

std::unique_ptr<message_bus> on_rabbitmq::connect(const std::string& node, bus_listener& listener) {
  auto bus = rabbitmq::connect(options(node), listener);
  if (!bus)
    FAIL(bus.error());
  return std::move(*bus);
}

bool on_rabbitmq::comes_true(const std::function<bool()>& condition) {
  const auto give_up_at = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up_at)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

bool on_rabbitmq::eventually(const std::function<bool()>& condition) { return comes_true(condition); }

void on_rabbitmq::put(const outgoing_message& m) {
  const rabbitmq::encoded_properties properties{m, 0};
  require(rabbitmq::connection::sent(
      amqp_basic_publish(operators_connection().raw(), channel, rabbitmq::to_bytes(m.exchange),
                         rabbitmq::to_bytes(m.routing_key), 0, 0, &properties.get(), rabbitmq::to_bytes(m.body))));
}

std::vector<incoming_message> on_rabbitmq::take(const std::string& queue) {
  const auto count = waiting(queue);
  if (count == 0)
    return {};
  auto& on = operators_connection();
  amqp_basic_qos(on.raw(), channel, 0, static_cast<std::uint16_t>(count), 0); // exactly those
  amqp_basic_consume(on.raw(), channel, rabbitmq::to_bytes(queue), rabbitmq::to_bytes("taker"), 0, 0, 0,
                     amqp_empty_table);
  require(on.answer());
  std::vector<incoming_message> taken;
  std::uint64_t last = 0;
  while (taken.size() < count) {
    amqp_envelope_t envelope;
    const timeval patience{.tv_sec = deadline.count(), .tv_usec = 0};
    REQUIRE(amqp_consume_message(on.raw(), &envelope, &patience, 0).reply_type == AMQP_RESPONSE_NORMAL);
    auto& m = taken.emplace_back();
    m.queue = queue;
    m.body = rabbitmq::to_string(envelope.message.body);
    rabbitmq::decode(envelope.message.properties, m);
    last = envelope.delivery_tag;
    amqp_destroy_envelope(&envelope);
    on.release();
  }
  require(rabbitmq::connection::sent(amqp_basic_ack(on.raw(), channel, last, 1)));
  amqp_basic_cancel(on.raw(), channel, rabbitmq::to_bytes("taker"));
  require(on.answer());
  return taken;
}

std::size_t on_rabbitmq::waiting(const std::string& queue) {
  auto& on = operators_connection();
  const auto* declared = amqp_queue_declare(on.raw(), channel, rabbitmq::to_bytes(queue), 1, 0, 0, 0, amqp_empty_table);
  require(on.answer());
  const std::size_t count = declared->message_count;
  on.release();
  return count;
}

void on_rabbitmq::listen(const std::string& queue, const std::string& pattern) {
  require(rabbitmq::declare(operators_connection(), channel,
                            {.exchanges = {},
                             .queues = {{.name = queue,
                                         .arguments = {{"x-queue-type", std::string{"quorum"}}},
                                         .exchange = "saga.events",
                                         .routing_key = pattern}}}));
}

} // namespace sagad::tests

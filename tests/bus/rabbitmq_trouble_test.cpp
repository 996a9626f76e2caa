#include <algorithm>
#include <catch2/catch.hpp>

#include "adapters/rabbitmq/assembly.hpp"
#include "adapters/rabbitmq/declare.hpp"
#include "tests/bus/bus_under_test.hpp"

using namespace sagad;
using namespace sagad::tests;
using Catch::Matchers::Contains;

namespace {

/// Publishes numbered orders for as long as the test says.
class submitter {
public:
  submitter(on_rabbitmq& broker, message_bus& bus, recording_listener& heard)
      : broker_(broker), bus_(bus), heard_(heard) {}

  void publish(std::uint64_t count) {
    for (const auto end = published_ + count; published_ < end; ++published_)
      REQUIRE(broker_.eventually([&] {
        return bus_.publish({.exchange = {}, .routing_key = "saga.orders", .body = std::to_string(published_)},
                            published_);
      }));
  }
  void require_all_confirmed() {
    REQUIRE(broker_.eventually([&] { return heard_.settled().size() == published_; }));
    std::vector<bool> seen(published_);
    for (const auto& s : heard_.settled()) {
      REQUIRE_FALSE(seen.at(s.token));
      seen.at(s.token) = true;
      REQUIRE(s.fate == publish_fate::confirmed);
    }
  }
  void require_all_arrived() {
    std::vector<bool> arrived(published_);
    for (const auto& body : broker_.take_bodies("saga.orders"))
      arrived.at(std::stoul(body)) = true;
    REQUIRE(std::count(arrived.begin(), arrived.end(), true) == static_cast<std::ptrdiff_t>(published_));
  }

private:
  on_rabbitmq& broker_;
  message_bus& bus_;
  recording_listener& heard_;
  std::uint64_t published_ = 0;
};

} // namespace

TEST_CASE("nothing is lost when an operator closes all connections", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  submitter submits{broker, *bus, heard};
  submits.publish(2'000);
  on_rabbitmq::tell_broker("close-connections");
  submits.publish(2'000);
  submits.require_all_confirmed();
  submits.require_all_arrived();
  CHECK_THAT(heard.connection().at(1), Contains("closed by a test"));
}

TEST_CASE("nothing is lost when the broker is killed and starts again", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  submitter submits{broker, *bus, heard};
  submits.publish(2'000);
  on_rabbitmq::tell_broker("kill");
  submits.publish(2'000);
  submits.require_all_confirmed();
  submits.require_all_arrived();

  bus->consume("saga.orders", 1);
  broker.put({.exchange = {}, .routing_key = "saga.orders", .body = "after it"});
  CHECK(broker.eventually([&] { return heard.messages().size() == 1; }));
}

TEST_CASE("a memory alarm holds confirmations back, lets acknowledgements through and loses nothing", "[rabbitmq]") {
  on_rabbitmq broker;
  for (int i = 0; i < 20; ++i)
    broker.put({.exchange = {}, .routing_key = "saga.commands.payment", .body = "charge"});
  REQUIRE(broker.eventually_waiting("saga.commands.payment", 20));
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  submitter submits{broker, *bus, heard};
  submits.publish(10);
  submits.require_all_confirmed();

  on_rabbitmq::tell_broker("alarm on");
  submits.publish(3'000);
  REQUIRE(broker.eventually([&] { return !heard.is_connected(); }));
  CHECK_THAT(heard.connection().back(), Contains("low on memory"));
  bus->consume("saga.commands.payment", 1);
  for (std::size_t i = 0; i < 20; ++i) {
    REQUIRE(broker.eventually([&] { return heard.messages().size() == i + 1; }));
    bus->acknowledge(heard.messages().back().receipt);
  }
  CHECK(heard.settled().size() < 3'010);
  CHECK_FALSE(heard.is_connected());

  on_rabbitmq::tell_broker("alarm off");
  submits.require_all_confirmed();
  submits.require_all_arrived();
  CHECK(broker.eventually([&] { return heard.is_connected(); }));
}

TEST_CASE("a network that swallows everything is noticed by its heartbeats", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  auto bus = rabbitmq::connect(broker.options("node-1", "?heartbeat=1&connection_timeout=500"), heard);
  REQUIRE(bus);
  submitter submits{broker, **bus, heard};
  submits.publish(10);
  submits.require_all_confirmed();

  broker.gate("node-1").freeze();
  submits.publish(1'000);
  REQUIRE(broker.eventually([&] { return !heard.is_connected(); }));

  broker.gate("node-1").cut();
  broker.gate("node-1").mend();
  submits.require_all_confirmed();
  submits.require_all_arrived();
}

TEST_CASE("closing while the network swallows everything ends in time", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  REQUIRE(broker.eventually([&] { return heard.is_connected(); }));
  broker.gate("node-1").freeze();
  for (std::uint64_t i = 0; i < 64; ++i) // more than the socket takes
    REQUIRE(bus->publish({.exchange = {}, .routing_key = "saga.orders", .body = std::string(1 << 20, 'x')}, i) ==
            (i < 63));

  const auto before = std::chrono::steady_clock::now();
  bus->close(std::chrono::milliseconds{100});
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{5});
  CHECK(heard.settled().empty());
}

TEST_CASE("a queue that somebody deletes is made again and consumed again", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 10);
  bus->watch_consumers("saga.orders");
  REQUIRE(broker.eventually([&] { return heard.consumers_of("saga.orders") == 1U; }));

  for (const auto& queue : {std::string{"saga.orders"}, bus->reply_queue()})
    on_rabbitmq::tell_broker("delete-queue " + broker.vhost() + ' ' + queue);
  REQUIRE(broker.eventually([&] {
    broker.put({.exchange = {}, .routing_key = "saga.orders", .body = "order"});
    broker.put({.exchange = {}, .routing_key = bus->reply_queue(), .body = "answer"});
    const auto bodies = heard.bodies();
    return std::count(bodies.begin(), bodies.end(), "order") > 0 &&
           std::count(bodies.begin(), bodies.end(), "answer") > 0;
  }));
  CHECK(heard.connection() == std::vector<std::string>{""}); // it was no matter of the connection
}

TEST_CASE("a queue for replies that the broker forgets without a word is missed, and made again", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 10);
  REQUIRE(broker.eventually([&] { return heard.is_connected(); }));

  on_rabbitmq::tell_broker("forget-queue " + broker.vhost() + ' ' + bus->reply_queue());
  CHECK(broker.eventually([&] {
    broker.put({.exchange = {}, .routing_key = bus->reply_queue(), .body = "answer"});
    const auto bodies = heard.bodies();
    return std::count(bodies.begin(), bodies.end(), "answer") > 0;
  }));
}

TEST_CASE("a queue that becomes another is told, and looked at again", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  broker.break_connection("node-1");
  REQUIRE(broker.eventually([&] { return !heard.connection().empty() && !heard.is_connected(); }));
  const auto replace = [&](std::vector<rabbitmq::queue_spec::argument> arguments) {
    on_rabbitmq::tell_broker("delete-queue " + broker.vhost() + " saga.orders");
    REQUIRE(
        rabbitmq::declare(broker.operators_connection(), 1,
                          {.exchanges = {}, .queues = {{.name = "saga.orders", .arguments = std::move(arguments)}}}));
  };
  replace({});
  broker.mend_connection("node-1");
  REQUIRE(broker.eventually([&] { return heard.connection().back().find("queue saga.orders") != std::string::npos; }));
  CHECK_THAT(heard.connection().back(), Contains("PRECONDITION_FAILED"));

  on_rabbitmq::tell_broker("delete-queue " + broker.vhost() + " saga.orders");
  CHECK(broker.eventually([&] { return heard.is_connected(); }));
}

TEST_CASE("messages that nobody should send do not hurt", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  const std::string large(5'000'000, 'x'), long_name(256, 'n');
  REQUIRE(bus->publish({.exchange = {}, .routing_key = long_name, .body = "b"}, 1));
  REQUIRE(bus->publish({.exchange = {}, .routing_key = "saga.orders", .body = "b", .correlation_id = long_name}, 2));
  REQUIRE(bus->publish({.exchange = {}, .routing_key = "saga.orders", .body = "b", .headers = {{"h", large}}}, 3));
  REQUIRE(bus->publish({.exchange = {}, .routing_key = "saga.orders", .body = large}, 4));
  REQUIRE(bus->publish({.exchange = {}, .routing_key = "saga.orders", .body = ""}, 5));
  CHECK_THROWS(bus->publish({.exchange = "no.such.exchange", .routing_key = "x", .body = ""}, 6));
  bus->consume("saga.orders", 10);

  REQUIRE(broker.eventually([&] { return heard.settled().size() == 5 && heard.messages().size() == 2; }));
  for (const std::uint64_t token : {1, 2, 3})
    CHECK(heard.fate_of(token) == publish_fate::unroutable);
  CHECK(heard.bodies() == std::vector<std::string>{large.substr(0, rabbitmq::body_bytes_max), ""});
  CHECK(heard.connection() == std::vector<std::string>{""});
}

TEST_CASE("of a message that is too large to be kept the beginning is told, and it goes to the dead letters as it is",
          "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  const std::string at_the_limit(rabbitmq::body_bytes_max, 'x');
  const std::string large = at_the_limit + "the end";
  for (const std::string& body : {at_the_limit, large, std::string{"after it"}})
    broker.put({.exchange = {}, .routing_key = "saga.orders", .body = body, .message_id = "m-1"});
  bus->consume("saga.orders", 1);
  for (std::size_t heard_of = 1; heard_of <= 3; ++heard_of) {
    REQUIRE(broker.eventually([&] { return heard.messages().size() == heard_of; }));
    bus->acknowledge(heard.messages().back().receipt);
  }
  CHECK(heard.bodies() == std::vector<std::string>{at_the_limit, at_the_limit, "after it"});
  REQUIRE(broker.eventually_waiting("saga.dead-letters", 1));
  const auto letters = broker.take("saga.dead-letters");
  CHECK(letters.front().body == large);
  CHECK(letters.front().message_id == "m-1");
  // Of an answer, which nobody keeps, enough is told to see that it is too long.
  broker.put({.exchange = {}, .routing_key = bus->reply_queue(), .body = large});
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 4; }));
  CHECK(heard.bodies().back() == at_the_limit);
}

TEST_CASE("answers that nobody has looked at yet wait with the broker", "[rabbitmq]") {
  constexpr std::size_t count = 3'000;
  on_rabbitmq broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  for (std::size_t i = 0; i < count; ++i)
    broker.put({.exchange = {}, .routing_key = bus->reply_queue(), .body = std::to_string(i)});
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 2'048; }));
  CHECK(broker.eventually_waiting(bus->reply_queue(), count - 2'048));
  for (const incoming_message& m : heard.messages())
    bus->acknowledge(m.receipt);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == count; }));
  CHECK(heard.bodies().back() == std::to_string(count - 1));
}

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/bus/bus_under_test.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

outgoing_message to_queue(const std::string& queue, std::string body) {
  return {.exchange = {}, .routing_key = queue, .body = std::move(body)};
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> bodies;
  for (int i = 0; i < count; ++i)
    bodies.push_back("message " + std::to_string(i));
  return bodies;
}

/// Each once, at its first place.
std::vector<std::string> without_duplicates(const std::vector<std::string>& bodies) {
  std::vector<std::string> unique;
  for (const auto& b : bodies)
    if (std::find(unique.begin(), unique.end(), b) == unique.end())
      unique.push_back(b);
  return unique;
}

} // namespace

TEMPLATE_TEST_CASE("a message arrives with all that it carries, and is confirmed", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);

  REQUIRE(bus->publish({.exchange = {},
                        .routing_key = "saga.orders",
                        .body = std::string{"{\"a\":\0\xff}", 8},
                        .content_type = "application/cloudevents+json",
                        .message_id = "m-1",
                        .correlation_id = "c-1",
                        .reply_to = "somebody",
                        .headers = {{"traceparent", "00-ab-cd-01"}, {"x-saga-reason", "because"}},
                        .mandatory = true},
                       7));

  REQUIRE(broker.eventually([&] { return heard.settled().size() == 1; }));
  CHECK(heard.fate_of(7) == publish_fate::confirmed);
  REQUIRE(broker.eventually_waiting("saga.orders", 1));
  const auto m = broker.take("saga.orders").at(0);
  CHECK(m.body == std::string{"{\"a\":\0\xff}", 8});
  CHECK(m.content_type == "application/cloudevents+json");
  CHECK(m.message_id == "m-1");
  CHECK(m.correlation_id == "c-1");
  CHECK(m.reply_to == "somebody");
  for (const auto& [name, value] : m.headers)
    UNSCOPED_INFO(name << ": " << value);
  CHECK(m.headers == std::vector<message_header>{{"traceparent", "00-ab-cd-01"}, {"x-saga-reason", "because"}});
}

TEMPLATE_TEST_CASE("messages to one place arrive in the order in which they were published", "[bus]", on_memory,
                   on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  const auto bodies = numbered(1'000);
  for (std::size_t i = 0; i < bodies.size(); ++i)
    REQUIRE(bus->publish(to_queue("saga.orders", bodies[i]), i));

  REQUIRE(broker.eventually([&] { return heard.settled().size() == bodies.size(); }));
  REQUIRE(broker.eventually_waiting("saga.orders", bodies.size()));
  CHECK(broker.take_bodies("saga.orders") == bodies);
}

TEMPLATE_TEST_CASE("commands, events and dead letters find their queues", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  broker.listen("ends", "order.completed");
  broker.listen("steps", "order.step.#");
  broker.listen("payments", "order.step.charge-payment.*");
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);

  REQUIRE(bus->publish({.exchange = "saga.commands", .routing_key = "payment", .body = "charge"}, 1));
  REQUIRE(bus->publish({.exchange = "saga.events", .routing_key = "order.completed", .body = "done"}, 2));
  REQUIRE(bus->publish(
      {.exchange = "saga.events", .routing_key = "order.step.charge-payment.succeeded", .body = "charged"}, 3));
  REQUIRE(bus->publish({.exchange = "saga.dlx", .routing_key = "saga.dead-letters", .body = "poison"}, 4));

  REQUIRE(broker.eventually([&] { return heard.settled().size() == 4; }));
  REQUIRE(broker.eventually_waiting("saga.commands.payment", 1));
  CHECK(broker.take_bodies("saga.commands.payment") == std::vector<std::string>{"charge"});
  CHECK(broker.waiting("saga.commands.inventory") == 0);
  REQUIRE(broker.eventually_waiting("ends", 1));
  CHECK(broker.take_bodies("ends") == std::vector<std::string>{"done"});
  REQUIRE(broker.eventually_waiting("steps", 1));
  CHECK(broker.take_bodies("steps") == std::vector<std::string>{"charged"});
  REQUIRE(broker.eventually_waiting("payments", 1));
  REQUIRE(broker.eventually_waiting("saga.dead-letters", 1));
  CHECK(broker.take_bodies("saga.dead-letters") == std::vector<std::string>{"poison"});
}

TEMPLATE_TEST_CASE("only a mandatory message that no queue takes is unroutable", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  const auto publish = [&](const std::string& queue, bool mandatory, std::uint64_t token) {
    auto m = to_queue(queue, "the same");
    m.mandatory = mandatory;
    REQUIRE(bus->publish(std::move(m), token));
  };
  for (std::uint64_t i = 0; i < 40; i += 4) {
    publish("saga.orders", true, i);
    publish("nobody", true, i + 1);
    publish("nobody", false, i + 2);
    publish("saga.orders", false, i + 3);
  }

  REQUIRE(broker.eventually([&] { return heard.settled().size() == 40; }));
  for (std::uint64_t i = 0; i < 40; ++i)
    CHECK(heard.fate_of(i) == (i % 4 == 1 ? publish_fate::unroutable : publish_fate::confirmed));
  CHECK(broker.eventually_waiting("saga.orders", 20));
}

TEMPLATE_TEST_CASE("a full queue refuses, and takes again when there is room", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  std::uint64_t token = 0;
  const auto fates = [&](publish_fate fate) {
    const auto settled = heard.settled();
    return std::count_if(settled.begin(), settled.end(), [&](const auto& s) { return s.fate == fate; });
  };
  const auto publish = [&] {
    while (!bus->publish({.exchange = "saga.commands", .routing_key = "payment", .body = "charge"}, token))
      REQUIRE(broker.eventually([&, before = heard.settled().size()] { return heard.settled().size() > before; }));
    ++token;
  };
  // The broker may take a few more than its bound, but not many.
  while (fates(publish_fate::refused) == 0) {
    REQUIRE(token < 20'000);
    for (int i = 0; i < 500; ++i)
      publish();
    REQUIRE(broker.eventually([&] { return heard.settled().size() == token; }));
  }
  CHECK(fates(publish_fate::confirmed) >= 10'000);
  CHECK(broker.eventually_waiting("saga.commands.payment", static_cast<std::size_t>(fates(publish_fate::confirmed))));

  broker.take("saga.commands.payment");
  REQUIRE(broker.eventually([&] {
    publish();
    return broker.eventually([&] { return heard.settled().size() == token; }) &&
           heard.fate_of(token - 1) == publish_fate::confirmed;
  }));
}

TEMPLATE_TEST_CASE("what is unsettled when the connection breaks is published again, in order", "[bus]", on_memory,
                   on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  const auto bodies = numbered(600);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    REQUIRE(bus->publish(to_queue("saga.orders", bodies[i]), i));
    if (i == 300)
      broker.break_connection("node-1");
  }
  REQUIRE(broker.eventually([&] { return !heard.connection().empty() && !heard.is_connected(); }));
  CHECK(heard.settled().size() <= 301);
  broker.mend_connection("node-1");

  REQUIRE(broker.eventually([&] { return heard.settled().size() == bodies.size(); }));
  for (std::size_t i = 0; i < bodies.size(); ++i)
    CHECK(heard.fate_of(i) == publish_fate::confirmed);
  // Some may have arrived twice; none is missing, and none was overtaken.
  CHECK(without_duplicates(broker.take_bodies("saga.orders")) == bodies);
  CHECK(broker.eventually([&] { return heard.is_connected(); })); // each of its two connections finds its own way back
}

TEMPLATE_TEST_CASE("as many messages are unsettled as the bus keeps, and no more", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  broker.break_connection("node-1");
  REQUIRE(broker.eventually([&] { return !heard.connection().empty() && !heard.is_connected(); }));

  for (std::uint64_t i = 0; i < 4'096; ++i)
    REQUIRE(bus->publish(to_queue("saga.orders", "order"), i));
  CHECK_FALSE(bus->publish(to_queue("saga.orders", "one too many"), 9'999));

  broker.mend_connection("node-1");
  REQUIRE(broker.eventually([&] { return heard.settled().size() == 4'096; }));
  CHECK(bus->publish(to_queue("saga.orders", "there is room again"), 10'000));
}

TEMPLATE_TEST_CASE("closing waits until everything is settled", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  for (std::uint64_t i = 0; i < 500; ++i)
    REQUIRE(bus->publish(to_queue("saga.orders", "order"), i));

  bus->close(std::chrono::seconds{60});

  CHECK(heard.settled().size() == 500);
  CHECK(broker.eventually_waiting("saga.orders", 500));
}

TEMPLATE_TEST_CASE("closing without a connection gives up when its patience ends", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  broker.break_connection("node-1");
  REQUIRE(bus->publish(to_queue("saga.orders", "order"), 1));

  bus->close(std::chrono::milliseconds{50});

  CHECK(heard.settled().empty());
}

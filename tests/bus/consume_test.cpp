#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/bus/bus_under_test.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

void put_orders(broker_under_test& broker, int count) {
  for (int i = 0; i < count; ++i)
    broker.put({.exchange = {}, .routing_key = "saga.orders", .body = "order " + std::to_string(i)});
}

} // namespace

TEMPLATE_TEST_CASE("no more messages come than may be unacknowledged", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  put_orders(broker, 10);
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 3);

  REQUIRE(broker.eventually([&] { return heard.messages().size() == 3; }));
  CHECK(broker.eventually_waiting("saga.orders", 7));
  bus->acknowledge(heard.messages().at(1).receipt);

  REQUIRE(broker.eventually([&] { return heard.messages().size() == 4; }));
  CHECK(broker.eventually_waiting("saga.orders", 6));
  CHECK(heard.bodies() == std::vector<std::string>{"order 0", "order 1", "order 2", "order 3"});
  CHECK(heard.messages().at(0).queue == "saga.orders");
}

TEMPLATE_TEST_CASE("what is acknowledged never comes again, what is not does", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  put_orders(broker, 5);
  recording_listener heard;
  {
    const auto bus = broker.connect("node-1", heard);
    bus->consume("saga.orders", 10);
    REQUIRE(broker.eventually([&] { return heard.messages().size() == 5; }));
    // In an order that takes single acknowledgements and one of several together; one of them twice.
    for (const auto i : {3U, 0U, 1U, 3U})
      bus->acknowledge(heard.messages().at(i).receipt);
    bus->close(std::chrono::seconds{60});
  }
  REQUIRE(broker.eventually_waiting("saga.orders", 2));
  CHECK(broker.take_bodies("saga.orders") == std::vector<std::string>{"order 2", "order 4"});
}

TEMPLATE_TEST_CASE("what was given back comes again before what is new", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  put_orders(broker, 3);
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 1);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 1; }));
  bus->give_back(heard.messages().back().receipt);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 2; }));
  CHECK(heard.bodies() == std::vector<std::string>{"order 0", "order 0"});
  CHECK(heard.messages().at(0).receipt != heard.messages().at(1).receipt);
  CHECK_FALSE(heard.messages().at(0).redelivered);
  CHECK(heard.messages().at(1).redelivered);

  bus->acknowledge(heard.messages().back().receipt);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 3; }));
  CHECK(heard.bodies().back() == "order 1");
}

TEMPLATE_TEST_CASE("what is given back again and again ends in the dead letters, byte by byte", "[bus]", on_memory,
                   on_rabbitmq) {
  TestType broker;
  const std::string poison{"\0\xff poison", 9};
  broker.put({.exchange = {},
              .routing_key = "saga.orders",
              .body = poison,
              .message_id = "m-1",
              .headers = {{"traceparent", "00-ab-cd-01"}}});
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 1);

  std::size_t given_back = 0;
  REQUIRE(broker.eventually([&] {
    while (heard.messages().size() > given_back) {
      bus->give_back(heard.messages().at(given_back++).receipt);
      if (!broker.eventually(
              [&] { return heard.messages().size() > given_back || broker.waiting("saga.dead-letters") == 1; }))
        return false;
    }
    return broker.waiting("saga.dead-letters") == 1;
  }));

  CHECK(given_back == 21); // once, and again as often as the limit says
  const auto letter = broker.take("saga.dead-letters").at(0);
  CHECK(letter.body == poison);
  CHECK(letter.message_id == "m-1");
  const auto has = [&](const message_header& h) {
    return std::find(letter.headers.begin(), letter.headers.end(), h) != letter.headers.end();
  };
  CHECK(has({"traceparent", "00-ab-cd-01"}));
  CHECK(has({"x-first-death-queue", "saga.orders"}));
  CHECK(has({"x-first-death-reason", "delivery_limit"}));
}

TEMPLATE_TEST_CASE("what was unacknowledged when the connection broke comes again", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  put_orders(broker, 3);
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 2);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 2; }));
  const auto before = heard.messages();

  broker.break_connection("node-1");
  REQUIRE(broker.eventually([&] { return !heard.connection().empty() && !heard.is_connected(); }));
  broker.mend_connection("node-1");
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 4; }));
  CHECK(heard.bodies() == std::vector<std::string>{"order 0", "order 1", "order 0", "order 1"});
  CHECK_FALSE(heard.messages().at(1).redelivered);
  CHECK(heard.messages().at(2).redelivered);

  // The old receipts are worth nothing now: these do not free a place, that one does.
  for (const auto& m : before) {
    bus->acknowledge(m.receipt);
    bus->give_back(m.receipt);
  }
  bus->acknowledge(heard.messages().at(3).receipt);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 5; }));
  CHECK(heard.bodies().back() == "order 2");
  CHECK(broker.eventually_waiting("saga.orders", 0));
}

TEMPLATE_TEST_CASE("who stopped consuming gets nothing more, and may still acknowledge", "[bus]", on_memory,
                   on_rabbitmq) {
  TestType broker;
  put_orders(broker, 5);
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  bus->consume("saga.orders", 2);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 2; }));

  bus->stop_consuming("saga.orders");
  for (const auto& m : heard.messages())
    bus->acknowledge(m.receipt);
  bus->watch_consumers("saga.orders");
  REQUIRE(broker.eventually([&] { return heard.consumers_of("saga.orders") == 0U; }));
  CHECK(broker.eventually_waiting("saga.orders", 3));
  CHECK(heard.messages().size() == 2);

  bus->consume("saga.orders", 2);
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 4; }));
  CHECK(heard.bodies() == std::vector<std::string>{"order 0", "order 1", "order 2", "order 3"});
}

TEMPLATE_TEST_CASE("two nodes share a queue, and what one leaves the other gets", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard_1, heard_2;
  auto bus_1 = broker.connect("node-1", heard_1);
  const auto bus_2 = broker.connect("node-2", heard_2);
  bus_1->watch_consumers("saga.orders");
  bus_1->consume("saga.orders", 2);
  bus_2->consume("saga.orders", 2);
  REQUIRE(broker.eventually([&] { return heard_1.consumers_of("saga.orders") == 2U; }));
  put_orders(broker, 4);
  REQUIRE(broker.eventually([&] { return heard_1.messages().size() == 2 && heard_2.messages().size() == 2; }));

  bus_1.reset();
  for (const auto& m : heard_2.messages())
    bus_2->acknowledge(m.receipt);
  REQUIRE(broker.eventually([&] { return heard_2.messages().size() == 4; }));
  auto all = heard_2.bodies();
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<std::string>{"order 0", "order 1", "order 2", "order 3"});
}

TEMPLATE_TEST_CASE("answers come to the reply queue, also after the connection broke", "[bus]", on_memory,
                   on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  CHECK(bus->reply_queue().starts_with("saga.replies.node-1."));
  const auto answer = [&](const std::string& body) {
    broker.put({.exchange = {}, .routing_key = bus->reply_queue(), .body = body, .correlation_id = "c-1"});
  };
  for (int i = 0; i < 50; ++i)
    answer("answer");
  REQUIRE(broker.eventually([&] { return heard.messages().size() == 50; }));
  CHECK(heard.messages().front().correlation_id == "c-1");
  CHECK(heard.messages().front().queue == bus->reply_queue());
  bus->acknowledge(heard.messages().front().receipt); // needless and harmless

  broker.break_connection("node-1");
  REQUIRE(broker.eventually([&] { return !heard.connection().empty() && !heard.is_connected(); }));
  broker.mend_connection("node-1");
  REQUIRE(broker.eventually([&] { return heard.is_connected(); }));
  answer("late");
  REQUIRE(broker.eventually([&] { return heard.bodies().back() == "late"; }));
}

TEMPLATE_TEST_CASE("the bus tells how many consume a watched queue", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard, other;
  const auto bus = broker.connect("node-1", heard);
  bus->watch_consumers("saga.commands.payment");
  REQUIRE(broker.eventually([&] { return heard.consumers_of("saga.commands.payment") == 0U; }));

  auto participant = broker.connect("node-2", other);
  participant->consume("saga.commands.payment", 1);
  REQUIRE(broker.eventually([&] { return heard.consumers_of("saga.commands.payment") == 1U; }));

  participant->close(std::chrono::seconds{60});
  REQUIRE(broker.eventually([&] { return heard.consumers_of("saga.commands.payment") == 0U; }));
}

TEMPLATE_TEST_CASE("a bus tells how its connection is", "[bus]", on_memory, on_rabbitmq) {
  TestType broker;
  recording_listener heard;
  const auto bus = broker.connect("node-1", heard);
  REQUIRE(broker.eventually([&] { return heard.connection() == std::vector<std::string>{""}; }));

  broker.break_connection("node-1");
  REQUIRE(broker.eventually([&] { return !heard.is_connected(); }));
  CHECK(heard.connection().back().find("guest:") == std::string::npos);

  broker.mend_connection("node-1");
  CHECK(broker.eventually([&] { return heard.is_connected(); }));
}

#include <algorithm>
#include <catch2/catch.hpp>

#include "adapters/rabbitmq/declare.hpp"
#include "tests/bus/bus_under_test.hpp"

using namespace sagad;
using namespace sagad::tests;
using Catch::Matchers::Contains;

namespace {

/// The sentence that it could not connect with.
std::string refused(const rabbitmq::bus_options& options) {
  recording_listener heard;
  const auto bus = rabbitmq::connect(options, heard);
  REQUIRE_FALSE(bus);
  CHECK(heard.connection().empty());
  CHECK_THAT(bus.error(), !Contains("secret") && !Contains(":guest"));
  return bus.error();
}

std::string port_of(on_rabbitmq& broker) { return std::to_string(broker.gate("node-1").port()); }

} // namespace

TEST_CASE("a wrong password is an error at the start", "[rabbitmq]") {
  on_rabbitmq broker;
  CHECK_THAT(refused({.url = "amqp://guest:secret@127.0.0.1:" + port_of(broker), .node = "n", .participants = {}}),
             Contains("ACCESS_REFUSED") && Contains("amqp://guest@127.0.0.1:"));
}

TEST_CASE("a vhost that is not there is an error at the start", "[rabbitmq]") {
  on_rabbitmq broker;
  CHECK_THAT(refused({.url = "amqp://127.0.0.1:" + port_of(broker) + "/nowhere", .node = "n", .participants = {}}),
             Contains("nowhere") && Contains("530"));
}

TEST_CASE("a host that does not exist, or does not listen, is an error at the start", "[rabbitmq]") {
  on_rabbitmq broker;
  CHECK_THAT(refused({.url = "amqp://u:secret@host.invalid", .node = "n", .participants = {}}),
             Contains("amqp://u@host.invalid:5672"));
  CHECK_THAT(refused({.url = "amqp://u:secret@127.0.0.1:1", .node = "n", .participants = {}}),
             Contains("amqp://u@127.0.0.1:1/"));
  CHECK_THAT(refused({.url = "amqp://u:secret@127.0.0.1:x", .node = "n", .participants = {}}), Contains("port"));
}

TEST_CASE("a host that accepts and says nothing is an error at the start, in time", "[rabbitmq]") {
  on_rabbitmq broker;
  broker.gate("node-1").freeze();
  CHECK_THAT(refused(broker.options("node-1", "?connection_timeout=100")), Contains("timed out"));
}

TEST_CASE("one host that works is enough", "[rabbitmq]") {
  on_rabbitmq broker;
  recording_listener heard;
  for (int i = 0; i < 5; ++i) { // it begins with any of them
    auto options = broker.options("node-1");
    options.url = "amqp://127.0.0.1:1," + options.url + ",amqp://127.0.0.1:2";
    const auto bus = rabbitmq::connect(options, heard);
    REQUIRE(bus);
  }
}

TEST_CASE("a queue that is not as it has to be is an error that names it and what differs", "[rabbitmq]") {
  on_rabbitmq broker;
  auto changed = rabbitmq::topology_for({"mail"}, "saga.replies.test");
  for (auto& queue : changed.queues)
    for (auto& [name, value] : queue.arguments)
      if (queue.name == "saga.commands.mail" && name == "x-max-length")
        value = std::int64_t{5};
  REQUIRE(rabbitmq::declare(broker.operators_connection(), 1, changed));
  auto options = broker.options("node-1");
  options.participants.emplace_back("mail");
  CHECK_THAT(refused(options), Contains("queue saga.commands.mail") && Contains("x-max-length") &&
                                   Contains("'10000'") && Contains("'5'"));
}

TEST_CASE("an exchange that is not as it has to be is an error that names it", "[rabbitmq]") {
  on_rabbitmq broker;
  auto& on = broker.operators_connection();
  amqp_exchange_delete(on.raw(), 1, rabbitmq::to_bytes("saga.events"), 0);
  REQUIRE(on.answer());
  REQUIRE(rabbitmq::declare(on, 1, {.exchanges = {{.name = "saga.events", .type = "fanout"}}, .queues = {}}));
  CHECK_THAT(refused(broker.options("node-1")), Contains("exchange saga.events") && Contains("'fanout'"));
}

TEST_CASE("amqps is verified: the right authority connects, a wrong one does not", "[rabbitmq]") {
  auto url = environment("SAGAD_TEST_BROKER_TLS");
  url.resize(std::min(url.find(','), url.size()));
  recording_listener heard;
  {
    const auto bus = rabbitmq::connect({.url = url, .node = "node-1", .participants = {}}, heard);
    if (!bus)
      FAIL(bus.error());
    REQUIRE((*bus)->publish({.exchange = {}, .routing_key = (*bus)->reply_queue(), .body = "to myself"}, 1));
    REQUIRE(on_rabbitmq::comes_true([&] { return heard.messages().size() == 1 && heard.settled().size() == 1; }));
    (*bus)->close(std::chrono::seconds{60});
  }
  const auto with = [&](const std::string& old, const std::string& other) {
    auto changed = url;
    changed.replace(changed.find(old), old.size(), other);
    return rabbitmq::bus_options{.url = changed, .node = "node-1", .participants = {}};
  };
  const auto authority = url.substr(url.find("cacertfile="), url.find('&') - url.find("cacertfile="));
  const auto wrong_authority = "cacertfile=" + environment("SAGAD_TEST_WRONG_CA");
  CHECK_THAT(refused(with(authority, wrong_authority)), Contains("SSL"));
  CHECK_THAT(refused(with(authority, "cacertfile=/nowhere.pem")), Contains("/nowhere.pem"));
  CHECK(rabbitmq::connect(with(authority + "&verify=verify_peer", "verify=verify_none"), heard));
  const auto plain = std::string{"amqp://127.0.0.1:"} + url.substr(url.find("localhost:") + 10, 5);
  refused({.url = plain, .node = "node-1", .participants = {}});
}

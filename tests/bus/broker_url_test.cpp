#include <catch2/catch.hpp>

#include "adapters/rabbitmq/broker_url.hpp"

using namespace sagad::rabbitmq;

namespace {

endpoint only(std::string_view url) {
  const auto parsed = parse_broker_url(url);
  if (!parsed)
    FAIL(parsed.error());
  REQUIRE(parsed->size() == 1);
  return parsed->front();
}

std::string error_of(std::string_view url) {
  const auto parsed = parse_broker_url(url);
  INFO(url);
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

} // namespace

TEST_CASE("a broker's URL names all that is needed to connect", "[broker_url]") {
  const auto e = only("amqp://ali%40ce:s%2Fe%3Ac@broker.example:1234/sh%2Fop?heartbeat=3&connection_timeout=250");
  CHECK_FALSE(e.tls);
  CHECK(e.user == "ali@ce");
  CHECK(e.password == "s/e:c");
  CHECK(e.host == "broker.example");
  CHECK(e.port == 1234);
  CHECK(e.vhost == "sh/op");
  CHECK(e.heartbeat == std::chrono::seconds{3});
  CHECK(e.connection_timeout == std::chrono::milliseconds{250});
}

TEST_CASE("what a broker's URL leaves out is as RabbitMQ has it by default", "[broker_url]") {
  CHECK(only("amqp://host") == endpoint{.host = "host", .port = 5672});
  CHECK(only("amqp://host/") == endpoint{.host = "host", .port = 5672});
  CHECK(only("amqp://host/%2f") == endpoint{.host = "host", .port = 5672});
  CHECK(only("amqps://host") == endpoint{.tls = true, .host = "host", .port = 5671});
  CHECK(only("amqp://user@host:1?heartbeat=2") ==
        endpoint{.host = "host", .port = 1, .user = "user", .heartbeat = std::chrono::seconds{2}});
  CHECK(only("amqp://[::1]:7") == endpoint{.host = "::1", .port = 7});
}

TEST_CASE("a broker's URL says how TLS is done; the peer is verified unless it says no", "[broker_url]") {
  const auto e = only("amqps://host/?cacertfile=%2Fca.pem&certfile=/me.pem&keyfile=/me.key&verify=verify_none");
  CHECK(e.tls);
  CHECK(e.authority_file == "/ca.pem");
  CHECK(e.certificate_file == "/me.pem");
  CHECK(e.key_file == "/me.key");
  CHECK_FALSE(e.verify_peer);
  CHECK(only("amqps://host").verify_peer);
}

TEST_CASE("a cluster is several hosts, or several URLs", "[broker_url]") {
  CHECK(to_text(*parse_broker_url("amqp://u:p@a,b:2,[::1]/v?heartbeat=9,amqps://u2:p2@c,amqp://d")) ==
        "amqp://u@a:5672/v,amqp://u@b:2/v,amqp://u@[::1]:5672/v,amqps://u2@c:5671/%2F,amqp://guest@d:5672/%2F");
}

TEST_CASE("a broker's URL that is wrong is answered with a sentence that holds nothing of a password", "[broker_url]") {
  for (const auto* url : {
           "",
           "host",
           "http://host",
           "amqp://",
           "amqp://:5672",
           "amqp://a,,b",
           "amqp://a,",
           "amqp://host:0",
           "amqp://host:65536",
           "amqp://host:-1",
           "amqp://host:5672x",
           "amqp://host:",
           "amqp://[::1",
           "amqp://[::1]x",
           "amqp://us%er@host",
           "amqp://user:%4@host",
           "amqp://user:%zz@host",
           "amqp://user:%00@host",
           "amqp://host/a/b",
           "amqp://host?heartbeat=0",
           "amqp://host?heartbeat=x",
           "amqp://host?heartbeat",
           "amqp://host?connection_timeout=-1",
           "amqp://host?verify=verify_peer",
           "amqp://host?cacertfile=/ca.pem",
           "amqps://host?verify=maybe",
           "amqps://host?certfile=/me.pem",
           "amqp://host?what=ever",
       })
    CHECK(error_of(url).ends_with('.'));
  // A slash that is not encoded makes a port of half a password.
  CHECK(error_of("amqp://user:hun/ter2@host").find("hun") == std::string::npos);
  CHECK(error_of("amqp://user:hun?ter2@host").find("ter2") == std::string::npos);
  CHECK(error_of("amqp://user:hun%ter2@host").find("ter2") == std::string::npos);
  CHECK(error_of("amqp://host/" + std::string(10'000, 'x')).find("too long") != std::string::npos);
}

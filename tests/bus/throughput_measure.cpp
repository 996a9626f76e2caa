#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "tests/bus/bus_under_test.hpp"

using namespace sagad;
using namespace sagad::tests;

namespace {

/// Counts, and acknowledges at once.
class counting_listener final : public bus_listener {
public:
  void on_message(incoming_message m) override {
    bus.load()->acknowledge(m.receipt);
    ++messages;
  }
  void on_settled(std::vector<settled_message> s) override {
    settled += s.size();
    settled.notify_one();
  }
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

  std::atomic<message_bus*> bus{nullptr};
  std::atomic<std::size_t> messages{0}, settled{0};
};

class stopwatch {
public:
  void note(const std::string& what, std::size_t count) const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    std::cout << "note: " << what << ": " << static_cast<int>(static_cast<double>(count) / took.count())
              << " messages/s\n";
  }

private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace

// Hidden: a measurement is no test. bus_tests "[measure]"
TEST_CASE("how many messages go through one bus", "[.][measure]") {
  constexpr std::size_t count = 200'000;
  on_rabbitmq broker;
  counting_listener heard;
  auto options = broker.options("node-1");
  options.url = environment("SAGAD_TEST_BROKER"); // without the gate
  options.url.replace(options.url.rfind('/'), std::string::npos, '/' + broker.vhost());
  const auto bus = rabbitmq::connect(options, heard);
  REQUIRE(bus);
  heard.bus = bus->get();
  const auto publish_all = [&] {
    for (std::size_t i = 0; i < count;) {
      const auto settled = heard.settled.load();
      if ((*bus)->publish({.exchange = {}, .routing_key = "saga.orders", .body = std::string(300, 'x')}, i))
        ++i;
      else
        heard.settled.wait(settled);
    }
  };
  {
    const stopwatch watch;
    publish_all();
    REQUIRE(broker.eventually([&] { return heard.settled == count; }));
    watch.note("published with confirms", count);
  }
  {
    const stopwatch watch;
    (*bus)->consume("saga.orders", 1'000);
    REQUIRE(broker.eventually([&] { return heard.messages == count; }));
    watch.note("consumed and acknowledged", count);
  }
  {
    const stopwatch watch;
    publish_all();
    REQUIRE(broker.eventually([&] { return heard.settled == 2 * count && heard.messages == 2 * count; }));
    watch.note("both at once", count);
  }
}

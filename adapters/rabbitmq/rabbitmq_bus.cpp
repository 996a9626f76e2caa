#include "adapters/rabbitmq/rabbitmq_bus.hpp"

#include <cstdio>
#include <random>
#include <utility>

#include "adapters/rabbitmq/broker_url.hpp"
#include "adapters/rabbitmq/connection_reports.hpp"
#include "adapters/rabbitmq/consumer.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "adapters/rabbitmq/publisher.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::rabbitmq {

namespace {

std::string random_part() {
  std::random_device random;
  std::string text;
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> digits{};
    std::snprintf(digits.data(), digits.size(), "%08x", random());
    text += digits.data();
  }
  return text;
}

using side = connection_reports::side;

class rabbitmq_bus final : public message_bus {
public:
  rabbitmq_bus(const bus_options& options, const std::vector<endpoint>& hosts, bus_listener& listener)
      : reply_queue_(std::string{wire::reply_queue_prefix} + options.node + '.' + random_part()),
        needs_(topology_for(options.participants, reply_queue_)), reports_(listener),
        publisher_(listener, {.messages_max = options.unsettled_messages_max, .bytes_max = options.unsettled_bytes_max},
                   telling(side::publishing)),
        consumer_(listener, reply_queue_, needs_),
        publishing_("sagad " + options.node + " publishes", hosts, needs_, publisher_, telling(side::publishing)),
        consuming_("sagad " + options.node + " consumes", hosts, needs_, consumer_, telling(side::consuming)) {}
  rabbitmq_bus(const rabbitmq_bus&) = delete;
  rabbitmq_bus& operator=(const rabbitmq_bus&) = delete;
  ~rabbitmq_bus() override { rabbitmq_bus::close(std::chrono::milliseconds{0}); }

  result<void> open(bool may_be_away) {
    for (const auto& [line, which] : {std::pair{&publishing_, side::publishing}, {&consuming_, side::consuming}}) {
      auto connected = line->connect();
      if (!connected && (!may_be_away || connected.error().lasting))
        return connected;
      if (!connected)
        reports_.tell(which, connected.error().why);
    }
    publishing_.run();
    consuming_.run();
    return {};
  }

  bool publish(outgoing_message m, std::uint64_t token) override {
    const auto taken = publisher_.publish(std::move(m), token);
    if (taken == publisher::taken::and_wake)
      publishing_.wake();
    return taken != publisher::taken::no;
  }

  void consume(const std::string& queue, std::uint16_t prefetch) override {
    wake_if(consumer_.consume(queue, prefetch));
  }
  void stop_consuming(const std::string& queue) override { wake_if(consumer_.stop_consuming(queue)); }
  void acknowledge(std::uint64_t receipt) override { wake_if(consumer_.acknowledge(receipt)); }
  void give_back(std::uint64_t receipt) override { wake_if(consumer_.give_back(receipt)); }
  void watch_consumers(const std::string& queue) override { wake_if(consumer_.watch(queue)); }
  const std::string& reply_queue() const override { return reply_queue_; }

  void close(std::chrono::milliseconds patience) override {
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto left = [&] {
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      return std::max(ms, std::chrono::milliseconds{0});
    };
    publisher_.wait_settled(patience);
    publishing_.stop(left());
    consuming_.stop(left());
  }

private:
  link::report telling(side which) {
    return [this, which](const std::string& problem) { reports_.tell(which, problem); };
  }
  void wake_if(bool wanted) {
    if (wanted)
      consuming_.wake();
  }

  const std::string reply_queue_;
  const topology needs_;
  connection_reports reports_;
  publisher publisher_;
  consumer consumer_;
  // The last, so that their threads end before anything that they use.
  link publishing_;
  link consuming_;
};

} // namespace

tl::expected<std::unique_ptr<message_bus>, std::string> connect(const bus_options& options, bus_listener& listener) {
  const auto hosts = parse_broker_url(options.url);
  if (!hosts)
    return tl::unexpected{hosts.error()};
  auto bus = std::make_unique<rabbitmq_bus>(options, *hosts, listener);
  if (auto opened = bus->open(options.may_be_away); !opened)
    return tl::unexpected{"RabbitMQ cannot be used: " + opened.error().why + '.'};
  return bus;
}

} // namespace sagad::rabbitmq

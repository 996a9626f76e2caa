#include "tools/sagachaos/storm/delivery_probe.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "adapters/rabbitmq/rabbitmq_bus.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagachaos/storm/interruption.hpp"
#include "workflows/messages.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/correlation_id.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::chaos::storm {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr const char* delivery = "delivery";
constexpr const char* delivery_step = "schedule-delivery";
constexpr std::size_t in_flight_max = 200;
constexpr auto ask_again_after = 3s;

class prober final : public bus_listener {
public:
  explicit prober(const std::vector<stored_order>& orders) : orders_(orders) {
    for (std::size_t i = 0; i < orders.size(); ++i)
      place_of_.emplace(orders[i].order, i);
    answers_.resize(orders.size());
    asked_at_.resize(orders.size());
  }

  void on_message(incoming_message m) override {
    acknowledge(m.receipt);
    const auto reply = wire::reply_from(m.body, m.correlation_id);
    if (!reply || reply->outcome == reply_outcome::failed)
      return; // it is asked again
    const std::scoped_lock lock{lock_};
    const auto place = place_of_.find(reply->saga.value);
    if (place == place_of_.end() || answers_[place->second])
      return;
    answers_[place->second] = reply->outcome == reply_outcome::succeeded;
    ++answered_;
    changed_.notify_one();
  }
  void on_settled(std::vector<settled_message>) override {}
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

  std::vector<remembered_delivery> ask(message_bus& bus, std::chrono::milliseconds patience) {
    const auto until = steady::now() + patience;
    std::unique_lock lock{lock_};
    bus_ = &bus;
    while (answered_ < orders_.size()) {
      if (steady::now() > until)
        throw std::runtime_error{"the participant for deliveries left " + std::to_string(orders_.size() - answered_) +
                                 " probes unanswered"};
      interruption::check();
      ask_some(bus);
      changed_.wait_for(lock, 20ms);
    }
    std::vector<remembered_delivery> all;
    for (std::size_t i = 0; i < orders_.size(); ++i)
      all.push_back({.order = orders_[i].order, .in_force = *answers_[i]});
    return all;
  }

private:
  void acknowledge(std::uint64_t receipt) {
    const std::scoped_lock lock{lock_};
    bus_->acknowledge(receipt); // it answers what we asked, so there is a bus
  }

  void ask_some(message_bus& bus) {
    const auto now = steady::now();
    while (first_open_ < orders_.size() && answers_[first_open_])
      ++first_open_;
    std::size_t open = 0;
    for (std::size_t i = first_open_; i < orders_.size() && open < in_flight_max; ++i) {
      if (answers_[i])
        continue;
      ++open;
      if (now - asked_at_[i] > ask_again_after && bus.publish(question(orders_[i], bus.reply_queue()), 0))
        asked_at_[i] = now;
    }
  }

  static outgoing_message question(const stored_order& o, const std::string& reply_to) {
    const saga_id saga{o.order};
    const command probe{.saga = saga,
                        .order = order_id{o.order},
                        .participant = delivery,
                        .step = delivery_step,
                        .what = action::probe,
                        .idempotency_key = idempotency_key(saga, delivery_step),
                        .deadline = tools::wall_clock() + 60s,
                        .payload = {{"customer_id", o.customer}},
                        .injected = {}};
    return {.exchange = std::string{wire::commands_exchange},
            .routing_key = delivery,
            .body = wire::to_message(probe),
            .correlation_id = wire::correlation_id_of(probe),
            .reply_to = reply_to};
  }

  const std::vector<stored_order>& orders_;
  std::mutex lock_;
  message_bus* bus_ = nullptr;
  std::condition_variable changed_;
  std::map<std::string, std::size_t> place_of_;
  std::vector<std::optional<bool>> answers_;
  std::vector<steady::time_point> asked_at_;
  std::size_t answered_ = 0;
  std::size_t first_open_ = 0;
};

} // namespace

std::vector<remembered_delivery> ask_about_deliveries(const std::string& brokers,
                                                      const std::vector<stored_order>& orders,
                                                      std::chrono::milliseconds patience) {
  prober asks{orders};
  const auto bus = tools::need(rabbitmq::connect({.url = brokers, .node = "storm-probe", .participants = {}}, asks));
  auto answers = asks.ask(*bus, patience);
  bus->close(1s);
  return answers;
}

} // namespace sagad::chaos::storm

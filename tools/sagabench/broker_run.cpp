#include "tools/sagabench/broker_run.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/rabbitmq/rabbitmq_bus.hpp"
#include "tools/common/wall_clock.hpp"
#include "tools/sagabench/need.hpp"
#include "tools/sagabench/shops.hpp"
#include "workflows/wire/queue_names.hpp"

namespace sagad::tools {

namespace {

using steady = std::chrono::steady_clock;

/// Remembers when each order was sent and answered. Hears from the bus's threads.
class submitters final : public bus_listener {
public:
  submitters(std::size_t orders, std::size_t in_flight) : sent_(orders), took_(orders), in_flight_(in_flight) {}

  /// The bus on which their answers come. Before the first submission.
  void speak_through(message_bus& bus) {
    const std::lock_guard lock{mutex_};
    bus_ = &bus;
  }

  /// Waits until one more may be on its way.
  void wait_for_turn() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return open_ < in_flight_; });
    ++open_;
  }
  void sent(std::size_t index) { sent_[index] = steady::now(); }

  void wait_for_all() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return answered_ == took_.size(); });
  }
  void wait_for_room() {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::milliseconds{10});
  }

  void on_message(incoming_message m) override {
    std::size_t index = 0;
    std::from_chars(m.correlation_id.data(), m.correlation_id.data() + m.correlation_id.size(), index);
    const auto answer = json::parse(m.body, nullptr, false);
    {
      const std::lock_guard lock{mutex_};
      bus_->acknowledge(m.receipt); // it answers what we sent, so there is a bus
      if (index >= took_.size() || took_[index] != steady::duration{})
        return;
      took_[index] = steady::now() - sent_[index];
      accepted_ += answer.is_object() && answer.value("accepted", false) ? 1U : 0U;
      ++answered_;
      --open_;
    }
    changed_.notify_one();
  }
  void on_settled(std::vector<settled_message>) override { changed_.notify_one(); }
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

  std::size_t accepted() const { return accepted_; }
  double percentile_ms(double share) {
    const auto nth = took_.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(took_.size() - 1));
    std::nth_element(took_.begin(), nth, took_.end());
    return std::chrono::duration<double, std::milli>(*nth).count();
  }

private:
  std::vector<steady::time_point> sent_;
  std::vector<steady::duration> took_;
  std::size_t in_flight_;
  std::mutex mutex_;
  message_bus* bus_ = nullptr;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  std::size_t answered_ = 0;
  std::size_t accepted_ = 0;
};

std::size_t wait_until_ended(back_office& office) {
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds{100})) {
    const auto status = need(office.status(wall_clock()));
    if (count_in(status, saga_state::running) + count_in(status, saga_state::compensating) == 0)
      return count_in(status, saga_state::completed);
  }
}

/// The nodes were told an initial credit of their own, which the mix may use up.
void make_rich(back_office& office, const mix_options& mix) {
  constexpr checkout::money more_than_they_spend = 1'000'000'000;
  for (std::size_t i = 0; i < mix.customers; ++i)
    need(office.credit(customer_id{order_mix::customer_name(i)}, more_than_they_spend));
}

} // namespace

broker_figures run_through_broker(const std::string& broker, const std::string& store, const load_options& options) {
  const auto office = need(ctl::open_store(store));
  stock_up(*office, options.mix);
  make_rich(*office, options.mix);
  const std::size_t completed_before = count_in(need(office->status(wall_clock())), saga_state::completed);
  std::vector<std::string> bodies;
  bodies.reserve(options.orders);
  order_mix mix{options.mix};
  for (std::size_t i = 0; i < options.orders; ++i)
    bodies.push_back(checkout::canonical_text(mix.next(options.prefix, i)));

  submitters them{options.orders, options.in_flight};
  const auto bus = need(rabbitmq::connect({.url = broker, .node = "sagabench", .participants = {}}, them));
  them.speak_through(*bus);
  const auto began = steady::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(steady::now() - began).count(); };
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    them.wait_for_turn();
    them.sent(i);
    const outgoing_message submission{.exchange = {},
                                      .routing_key = std::string{wire::orders_queue},
                                      .body = bodies[i],
                                      .correlation_id = std::to_string(i),
                                      .reply_to = bus->reply_queue()};
    while (!bus->publish(submission, i))
      them.wait_for_room();
  }
  them.wait_for_all();
  broker_figures figures{.accepted = them.accepted(), .answered_s = elapsed()};
  figures.completed = wait_until_ended(*office) - completed_before;
  figures.ended_s = elapsed();
  bus->close(std::chrono::seconds{1});
  figures.p50_ms = them.percentile_ms(0.50);
  figures.p99_ms = them.percentile_ms(0.99);
  return figures;
}

} // namespace sagad::tools

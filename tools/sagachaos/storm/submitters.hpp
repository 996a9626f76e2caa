#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tools/sagachaos/storm/evidence.hpp"
#include "tools/sagachaos/storm/known_orders.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::chaos::storm {

/// The shop's customers: they submit orders with known answers to RabbitMQ, so many per second, and remember what they
/// were told. Most ask again, under the same id, until they are answered; some submit twice at once; some never ask
/// after their order. On a thread of their own; calls may come from any thread.
class submitters final : public bus_listener {
public:
  /// Connects to the brokers, past every gate. Submits nothing yet. Throws `std::runtime_error` with a sentence.
  submitters(const scenario& s, std::uint64_t seed, const std::string& brokers);
  submitters(const submitters&) = delete;
  submitters& operator=(const submitters&) = delete;
  ~submitters() override;

  void open();
  /// No new orders; the old ones are still asked after.
  void close();
  /// Orders of those who insist that are not answered yet, up to `count_max` of them.
  std::vector<std::string> owed(std::size_t count_max) const;
  std::size_t sent() const;
  /// Ends the thread and the connection. Then what was promised is complete.
  void leave();
  std::vector<promise> promises() const;

  void on_message(incoming_message m) override;
  void on_settled(std::vector<settled_message>) override {}
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

private:
  using clock = std::chrono::steady_clock;
  struct customer {
    promise told;
    std::string body;
    clock::time_point sent_at{};
  };

  void work();
  void submit_due();
  void submit_new();
  void ask_again();
  bool send(customer& c);

  const scenario& scenario_;
  mutable std::mutex lock_;
  // Below `lock_`.
  known_orders orders_;
  chance chance_;
  std::deque<customer> customers_;
  std::unordered_map<std::string, std::size_t> by_order_;
  /// Those who insist, by their place.
  std::set<std::size_t> unanswered_;
  std::unordered_map<std::string, checkout::money> prices_;
  bool is_open_ = false;
  bool leaves_ = false;
  clock::time_point next_at_{};

  std::unique_ptr<message_bus> bus_;
  std::thread thread_;
};

} // namespace sagad::chaos::storm

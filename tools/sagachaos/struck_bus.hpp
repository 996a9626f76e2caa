#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/sagachaos/agenda.hpp"
#include "tools/sagachaos/bus_decorator.hpp"
#include "tools/sagachaos/incarnation.hpp"
#include "tools/sagachaos/journey.hpp"
#include "tools/sagachaos/witness.hpp"

namespace sagad::chaos {

/// Where the harness's customers hear whether their orders are accepted.
inline constexpr std::string_view customers_queue = "chaos.customers";

/// How long a participant that goes away is away: longer than a step waits for its answer.
inline constexpr milliseconds absence{2'000};

/// The connection of one incarnation: dies with it, and shows what is published and what is acknowledged to the
/// witness. That of the process that drives orders is struck at the commands that leave and at the answers that arrive.
class struck_bus final : public bus_decorator {
public:
  struct surroundings {
    journey& run;
    witness& sees;
    agenda& later;
  };

  /// `orders` holds the orders, where this process drives them; none: it is not struck.
  struck_bus(bus_listener& hears, std::shared_ptr<incarnation> of, std::shared_ptr<memory::world> orders,
             surroundings around)
      : bus_decorator(hears), of_(std::move(of)), orders_(std::move(orders)), in_(around) {}

  bool publish(outgoing_message m, std::uint64_t token) override;
  void acknowledge(std::uint64_t receipt) override;
  void give_back(std::uint64_t receipt) override;
  void on_message(incoming_message m) override;
  void on_settled(std::vector<settled_message> settled) override;
  void on_consumers(const std::string& queue, std::size_t count) override;
  void on_connection(const std::string& problem) override;

private:
  struct held_command {
    outgoing_message what;
    std::uint64_t token = 0;
  };
  struct absent_participant {
    moment until{};
    std::vector<held_command> waiting{};
  };

  bool publish_command(outgoing_message m, std::uint64_t token);
  void go_away(const std::string& participant);
  void come_back(const std::string& participant);
  void on_answer(incoming_message m);
  void deliver(incoming_message m);
  void deliver_what_was_overtaken();
  /// Does it later, unless this is gone by then.
  void later(milliseconds delay, std::function<void()> what);

  std::shared_ptr<incarnation> of_;
  std::shared_ptr<memory::world> orders_;
  surroundings in_;
  std::map<std::string, absent_participant> away_;
  /// How many consume a queue, as last heard.
  std::map<std::string, std::size_t> consumers_;
  /// By their receipts: what was delivered from the queue of orders, and the broker still keeps.
  std::map<std::uint64_t, std::string> submissions_;
  /// It comes after the next one.
  std::optional<incoming_message> overtaken_;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
};

} // namespace sagad::chaos

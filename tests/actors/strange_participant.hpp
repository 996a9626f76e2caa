#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/memory/memory_bus.hpp"
#include "workflows/wire/command_codec.hpp"
#include "workflows/wire/queue_names.hpp"
#include "workflows/wire/reply_codec.hpp"

namespace sagad::tests {

/// A participant that somebody else wrote: takes commands from the broker, and does with them what the test says.
class strange_participant final : public bus_listener {
public:
  strange_participant(std::shared_ptr<memory::broker> broker, std::string plays)
      : plays_(std::move(plays)), bus_(memory::connect(std::move(broker), "strange-" + plays_, *this)) {
    come();
  }

  void come() { bus_->consume(wire::commands_queue(plays_), 100); }
  void go_away() { bus_->stop_consuming(wire::commands_queue(plays_)); }

  /// All that came, in order. Acknowledged as they came.
  std::vector<incoming_message> commands;

  void answer(const incoming_message& m, reply_outcome outcome, std::string code = {}) {
    const auto asked = wire::command_from(m.body);
    answer_with(m, wire::to_message({.saga = asked->saga,
                                     .step = asked->step,
                                     .what = asked->what,
                                     .attempt = asked->attempt,
                                     .outcome = outcome,
                                     .code = std::move(code),
                                     .detail = {},
                                     .result = {}}));
  }
  void answer_with(const incoming_message& m, std::string body) {
    bus_->publish(
        {.exchange = {}, .routing_key = m.reply_to, .body = std::move(body), .correlation_id = m.correlation_id},
        ++answers_);
  }

  void on_message(incoming_message m) override {
    bus_->acknowledge(m.receipt);
    commands.push_back(std::move(m));
  }
  void on_settled(std::vector<settled_message>) override {}
  void on_consumers(const std::string&, std::size_t) override {}
  void on_connection(const std::string&) override {}

private:
  std::string plays_;
  std::uint64_t answers_ = 0;
  std::unique_ptr<message_bus> bus_;
};

} // namespace sagad::tests

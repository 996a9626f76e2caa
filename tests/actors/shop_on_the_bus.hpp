#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/memory/memory_broker.hpp"
#include "tests/actors/shop_on_virtual_time.hpp"

namespace sagad::tests {

using nlohmann::json;

/// A shop with a broker, its customers, and somebody who listens to all events.
class shop_on_the_bus {
public:
  explicit shop_on_the_bus(shop_settings settings = {}, std::vector<node_role> cluster = one_node());

  shop_on_virtual_time& shop() { return shop_; }
  memory::broker& broker() { return shop_.broker(); }

  // --- customers ---------------------------------------------------------------------------------------------
  struct letter {
    std::string message_id{};
    /// They want to be answered.
    bool answered = true;
    std::string traceparent{};
  };
  /// Settles nothing.
  void send(const std::string& body, const letter& how);
  void send(const std::string& body) { send(body, letter{}); }
  void submit(const checkout::submission& order) { send(checkout::canonical_text(order)); }
  /// All that came so far, by the correlation id: `c-1` for the first that was sent, ...
  const std::vector<std::pair<std::string, json>>& answers();
  /// The only answer to it; fails the test when there is none, or more than one.
  json answer_to(int sent);

  // --- what else is on the broker ------------------------------------------------------------------------------
  const std::vector<incoming_message>& dead_letters();
  /// As they were published, doubles and all.
  const std::vector<json>& events();
  /// Of each order, the sequence of its events as first seen.
  std::map<std::string, std::vector<std::uint64_t>> first_seen();
  /// The order's facts in the store, by their sequence.
  std::vector<std::uint64_t> facts_of(const std::string& order);
  /// Orders whose events, as first seen, are not their facts in order; there must be none.
  std::vector<std::string> wrongly_told(const std::vector<std::string>& orders);

private:
  shop_on_virtual_time shop_;
  int sent_ = 0;
  std::vector<std::pair<std::string, json>> answers_;
  std::vector<incoming_message> dead_letters_;
  std::vector<json> events_;
};

} // namespace sagad::tests

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/bus_ear.hpp"
#include "actors/instant.hpp"
#include "workflows/ports/message_bus.hpp"

namespace sagad::actors {

/// Something that goes to the broker because of a delivery, which is acknowledged when it has arrived. Until then
/// the broker would hand the delivery out again: what follows from a message is not lost, it happens twice at most.
struct consequence {
  outgoing_message what;
  /// The delivery to acknowledge; none when another consequence sees to that.
  std::optional<std::uint64_t> receipt{};
  /// To be tried again however often it is refused. An answer that its reader's queue does not take for a while is the
  /// reader's loss: it must not keep others from being answered.
  bool must_arrive = false;
  int tries_left = 5;
};

/// Publishes what follows from deliveries. Bounded by how many deliveries its owner takes. Belongs to one actor.
class bus_outbox {
public:
  /// `pause` stands between a refusal by the broker and the next try.
  bus_outbox(bus_access to, std::uint64_t first_token, milliseconds pause)
      : to_(std::move(to)), next_token_(first_token), pause_(pause) {}

  void post(consequence c);
  /// Into the broker's dead letters, with its bytes as they came; acknowledged when it is there. See `burial`.
  void bury(const incoming_message& m, const std::string& source, const std::string& reason);
  void acknowledge(std::uint64_t receipt) { to_.bus->acknowledge(receipt); }

  void on_settled(const settled_messages& told, instant now);
  /// To be called often: publishes what found no room in the bus, or was refused.
  void look(instant now);

  bool empty() const { return waiting_.empty() && unsettled_.empty() && refused_.empty(); }

private:
  void push();

  bus_access to_;
  std::uint64_t next_token_;
  milliseconds pause_;
  /// In the order in which they were posted.
  std::deque<consequence> waiting_;
  std::map<std::uint64_t, consequence> unsettled_;
  std::vector<consequence> refused_;
  instant try_again_at_{};
};

/// The first value under that name; empty when there is none.
std::string header_of(const incoming_message& m, std::string_view name);

inline constexpr std::string_view traceparent_header = "traceparent";

} // namespace sagad::actors

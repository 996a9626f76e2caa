#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "actors/bus_outbox.hpp"
#include "actors/gateways.hpp"
#include "actors/interfaces.hpp"
#include "workflows/ports/clock.hpp"

namespace sagad::actors {

/// A message from `source` that nobody could do anything with, as the store keeps it.
dead_letter letter_of(const incoming_message& m, const std::string& source, const std::string& reason, moment at);

/// What becomes of a message from the broker that cannot be understood or delivered: it is made durable in the store,
/// then published to the broker's dead letters, then acknowledged. A crash in between may double it; it is never lost.
/// Belongs to one actor, and lives in its state.
class burial {
public:
  burial(store_gateways gateways, clock_fn clock) : gateways_(std::move(gateways)), clock_(std::move(clock)) {}

  /// `outbox` is the actor's own.
  template <class Self>
  void bury(Self self, bus_outbox& outbox, incoming_message m, std::string source, std::string reason) {
    ++waiting_;
    auto letter = letter_of(m, source, reason, clock_());
    self->request(gateways_.any(), caf::infinite, std::move(letter))
        .then(
            [this, &outbox, m = std::move(m), source, reason](recorded_durably) {
              --waiting_;
              outbox.bury(m, source, reason);
            },
            // Without its store the node stops, and the broker gives the message to another.
            [this](const caf::error&) { --waiting_; });
  }

  /// Nothing is on its way to the store.
  bool empty() const { return waiting_ == 0; }

private:
  store_gateways gateways_;
  clock_fn clock_;
  std::size_t waiting_ = 0;
};

} // namespace sagad::actors

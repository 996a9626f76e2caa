#pragma once

#include <chrono>
#include <cstddef>

#include "workflows/ports/back_office.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad {

/// Told what the engine does, to count and to measure. Does nothing by default.
///
/// Called from any actor's thread, often: implementations must be thread-safe, quick, and must not throw.
class telemetry {
public:
  virtual ~telemetry() = default;

  /// The saga's end is durable.
  virtual void order_ended(const saga&) noexcept {}
  /// Input that changed nothing: late, repeated, impossible.
  virtual void input_ignored(verdict) noexcept {}
  /// One transaction of the store, with what it held.
  virtual void batch_committed(std::size_t /*items*/, std::chrono::microseconds /*took*/) noexcept {}
  /// The promises were checked on the whole store.
  virtual void audit_done(const audit_report&, std::chrono::milliseconds /*took*/) noexcept {}
};

} // namespace sagad

#pragma once

#include <cstddef>

#include "workflows/moment.hpp"

namespace sagad::actors {

/// Every bound of the engine, in one place.
struct engine_limits {
  /// Orders in memory at once; beyond it submitters are told to wait.
  std::size_t open_orders_max = 2'048;
  /// Requests of one transaction.
  std::size_t batch_items_max = 2'048;
  /// How long progress that nobody waits for may wait for a transaction that is made anyway.
  milliseconds linger{50};
  /// How often the directory asks whether somebody brought work to the store.
  milliseconds look_every{10};
  /// How often it looks regardless.
  milliseconds sweep_every{1'000};
  /// How often a timer is looked at.
  milliseconds tick_every{10};
  /// An order that waits longer than this leaves memory.
  milliseconds rest_beyond{30'000};
  /// How long the gateway waits before it tries a failed transaction again.
  milliseconds store_retry_pause{100};
  /// How often the node tells the store that it lives.
  milliseconds beat_every{1'000};
  /// An order whose actor died this often without progress is held.
  int revivals_max = 5;
};

} // namespace sagad::actors

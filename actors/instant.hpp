#pragma once

#include <caf/actor_clock.hpp>

namespace sagad::actors {

/// A point in time by a clock that nobody sets, neither forward nor back: what this process waits for by itself, beats,
/// pauses, sweeps, is measured on it. Means nothing to another process; what is stored, or told to others, is a
/// `moment`.
using instant = caf::actor_clock::time_point;

/// Now, by the clock of the actor's system: virtual in tests.
template <class Actor>
instant instant_of(const Actor* self) {
  return self->home_system().clock().now();
}

} // namespace sagad::actors

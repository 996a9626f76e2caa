#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/moment.hpp"
#include "workflows/operations/abort_rule.hpp"

namespace sagad::operations {

/// How carefully a bulk repair goes about it.
struct pace_settings {
  /// No more than so many in any second; none: as fast as it goes.
  std::optional<std::size_t> per_second{};
  /// So many go first, and everything waits until each of them ended well; 0: no canary, and no ramp.
  std::size_t canary = 0;
  std::optional<abort_rule> abort_if{};
};

/// How far a bulk repair is: what must be durable for another process to go on with it.
struct pace_counts {
  std::size_t total = 0;
  std::size_t released = 0;
  std::size_t succeeded = 0;
  std::size_t failed = 0;

  std::size_t ended() const { return succeeded + failed; }

  friend bool operator==(const pace_counts&, const pace_counts&) = default;
};

enum class pace_phase : std::uint8_t {
  canary,  // the first ones are under way
  ramp,    // twice as many as the step before, each time the step before has ended
  free,    // no canary was asked for: only the rate holds it back
  aborted, // too many failed; what was released still ends
  done     // everything was released and has ended
};
/// `canary`, `ramp`, `free`, `aborted`, `done`.
std::string_view to_string(pace_phase p);

/// What to do now.
struct pace_release {
  /// So many may begin at once.
  std::size_t count = 0;
  /// When to ask again though nothing ended; none: only a result changes anything.
  std::optional<moment> again_at{};
};

/// Decides when the next ones of a bulk repair may begin: canary first, then a ramp that doubles, within a rate, until
/// too many fail. Knows no clock and no order: it is told the time and the results. A value of one thread.
///
/// It never lets more begin in any second than the rate says, whatever ended meanwhile; nothing beyond the canary
/// before all of it ended well; and nothing at all after it aborted, whatever ends well later. One failed canary
/// aborts.
class pace {
public:
  /// `so_far`: what another process had done of it, until `now`. What that one released in its last second is not
  /// known, so nothing is released in the first second of a repair that is taken over.
  pace(const pace_settings& settings, const pace_counts& so_far, moment now);

  /// Counts what it lets begin as released.
  pace_release release(moment now);
  /// One that was released has ended.
  void ended(bool well);
  /// An operator stops it.
  void abort(std::string why);

  const pace_counts& counts() const { return counts_; }
  pace_phase phase() const;
  /// Why it aborted; empty while it did not.
  const std::string& aborted_because() const { return aborted_because_; }

private:
  std::size_t opened_by_ramp() const;
  std::size_t left_in_this_second(moment now);
  void see_whether_to_abort();

  struct released_at {
    moment at{};
    std::size_t count = 0;
  };

  pace_settings settings_;
  pace_counts counts_;
  std::string aborted_because_;
  /// In the last second, oldest first.
  std::deque<released_at> lately_;
};

} // namespace sagad::operations

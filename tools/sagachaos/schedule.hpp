#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace sagad::chaos {

/// Where a run can be struck. Each kind of point is counted from 1 within a run.
enum class place : std::uint8_t {
  commit,             // a transaction of the node that drives the orders
  participant_commit, // a transaction of the node that plays the participants, where that is another one
  command,            // a question leaves for a participant elsewhere
  answer              // a participant's answer arrives
};

/// What can happen at a point.
enum class harm : std::uint8_t {
  crash_before,     // the node dies before it is done
  crash_after,      // the node dies when it is done, before anybody in it knows
  store_refuses,    // a commit: the store is out of order for a moment, nothing is done
  store_in_doubt,   // a commit: it is done, and the caller is told that nobody knows
  lease_lost,       // another incarnation has taken over while this one was away, and it goes on until it finds out
  answer_lost,      // an answer
  answered_twice,   // an answer
  answered_late,    // an answer: after the time for it
  answers_swapped,  // an answer: after the next one
  participant_away, // a command: its participant takes none for a while
};

/// `commit`, `participant-commit`, `command`, `answer`.
std::string_view to_string(place p);
/// `crash-before`, `crash-after`, `store-refuses`, ...
std::string_view to_string(harm t);

inline constexpr std::size_t places = 4;
inline constexpr std::size_t harms = 10;

/// What may happen at such a point, in the order in which it is tried.
std::vector<harm> harms_at(place p);

struct point {
  place where = place::commit;
  int number = 1;

  friend auto operator<=>(const point&, const point&) = default;
};

/// One thing that goes wrong, once.
struct planned_fault {
  harm what = harm::crash_before;
  point at{};

  friend bool operator==(const planned_fault&, const planned_fault&) = default;
};

/// `crash-before commit 3`.
std::string to_string(const planned_fault& f);

/// All that decides a run: with the same definition, the same schedule is the same run, message by message.
struct schedule {
  std::string definition;
  int version = 0;
  std::string scenario;
  /// The order in which messages are taken depends on it; zero: as they came.
  std::uint64_t seed = 0;
  /// Of those at one point only the first would strike: `schedule_from` refuses them.
  std::vector<planned_fault> faults{};

  friend bool operator==(const schedule&, const schedule&) = default;
};

inline constexpr std::size_t schedule_bytes_max = 65'536;
inline constexpr std::size_t schedule_faults_max = 16;

/// A small JSON text for people and for `sagachaos replay`.
std::string to_text(const schedule& s);

/// Reads what `to_text` wrote. Strict and bounded; the error is a sentence that names the field. Never throws.
tl::expected<schedule, std::string> schedule_from(std::string_view text);

} // namespace sagad::chaos

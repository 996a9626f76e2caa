#pragma once

#include <functional>
#include <optional>
#include <string>

#include "workflows/operations/pace.hpp"
#include "workflows/ports/clock.hpp"
#include "workflows/ports/repairs.hpp"

namespace sagad::ctl {

/// How the pacing of an operation came to its end.
enum class pacing_end : unsigned char {
  over,         // each of its repairs has ended
  stopped,      // somebody, or its own rule, stopped it; what was released has ended
  taken_over,   // somebody else paces it now
  nobody_there, // no node lives that could apply what is released
  interrupted,  // by whoever runs us
  store_lost,   // the store does not answer, or does not let us
  not_found     // there is no such operation
};

/// What a pacer needs from outside. All are called on its thread.
struct pacing_hooks {
  clock_fn now;
  std::function<void(milliseconds)> pause;
  std::function<bool()> interrupted;
  /// Does any node live? Asked at the beginning, and when nothing has moved for a while.
  std::function<bool()> anybody_there;
  /// After each look.
  std::function<void(const operation&, operations::pace_phase)> progress;
  /// The store did not answer; it is asked again after so long.
  std::function<void(const store_error&, milliseconds)> lost;
};

/// Runs an operation: releases its repairs as `operations::pace` says, and sees what comes of them, until it is over.
/// Everything that it knows is durable, so it may die at any point, and another one goes on. Knows no command line;
/// one thread.
class repair_pacer {
public:
  /// `name` is the pacer's own word, as the operation knows it.
  repair_pacer(repair_desk& desk, std::string name, pacing_hooks hooks);

  pacing_end run(operation begun);

  /// As it was at the last look.
  const operation& seen() const { return seen_; }
  /// The last thing that was wrong with the store.
  const std::optional<store_error>& trouble() const { return trouble_; }

private:
  /// One look, and what follows from it; the end, if it is one.
  store_result<std::optional<pacing_end>> turn();
  void hear(operation fresh);
  store_result<void> stop_if_too_many_failed();
  store_result<std::optional<pacing_end>> release();
  std::optional<pacing_end> see_whether_anybody_is_there();
  /// False once it has been lost for too long.
  bool bear(const store_error& error);
  milliseconds time_to_next_look(moment began) const;

  repair_desk& desk_;
  std::string name_;
  pacing_hooks hooks_;
  operation seen_;
  /// Empty when what it knew is in doubt: it is made anew from what is durable.
  std::optional<operations::pace> pace_;
  std::optional<moment> release_again_at_;
  moment moved_at_{};
  std::optional<moment> asked_who_is_there_at_;
  std::optional<store_error> trouble_;
  std::optional<moment> lost_since_;
  milliseconds backoff_{0};
};

/// The store may be away for so long.
inline constexpr milliseconds lost_store_max{std::chrono::minutes{5}};

} // namespace sagad::ctl

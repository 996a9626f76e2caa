#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/workflows/saga_explorer.hpp"
#include "tests/workflows/simulated_world.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::tests {

/// A point in one sequence of events. Lives on the stack while all that may follow is tried.
struct point {
  saga now;
  simulated_world world;
  moment at;
  /// What led here: in words, as an event, and what it meant.
  std::string_view happened;
  event cause{};
  verdict what = verdict::moved;
  bool sends = false;
  /// The point before in the saga's recorded history: after a crash the one that was durable.
  const point* recorded_before = nullptr;
  /// The point before in the story as a person wants to read it: after a crash the one at which it came.
  const point* told_before = nullptr;
  /// How many events the recorded history holds, and how many of them are durable for certain.
  int events = 0;
  int durable = 0;
  int oddities_left = 0;
  int resumed = 0;
};

/// `a` reaches the saga.
event arrival_of(const answer& a, const subject& what, const saga_id& id, moment at);

/// The story that led to `p`, one line per event.
std::string story_of(const definition& def, const point& p);

/// What must be true at every point, seen from outside: of the saga and of the world that it changes.
class point_rules {
public:
  explicit point_rules(const subject& what) : what_(what), def_(what.def), payloads_(what.def.steps.size()) {}

  /// Throws with the story of `p` unless `kept`.
  void demand(bool kept, const point& p, std::string_view rule) const;

  /// `t` is what the event that leads from `from` to `next` means; `next.now` is not there yet.
  void check(const point& from, const point& next, const transition& t) const;
  /// The saga asks something at `p`.
  void check_question(const point& p);
  /// The saga has ended, or is held for good.
  void check_end(const point& p) const;

private:
  void check_undo(const point& p) const;
  void check_replay(const point& p) const;
  void check_effects(const point& p, const simulated_world& world) const;
  void check_afterlife(const point& p) const;

  const subject& what_;
  const definition& def_;
  /// What each step's participant was sent the first time; always the same ever after.
  std::vector<std::optional<json>> payloads_;
};

} // namespace sagad::tests

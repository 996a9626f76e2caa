#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/sagachaos/subject.hpp"
#include "workflows/checkout/order.hpp"
#include "workflows/faults.hpp"
#include "workflows/moment.hpp"

namespace sagad::chaos {

/// The times of every step while it is put to the test, so that a run takes seconds of virtual time: what a definition
/// says in days decides nothing here that it does not decide in seconds.
inline constexpr milliseconds step_timeout{1'000};
/// How long what is stalled or late on purpose takes: longer than a step waits, shorter than its next question does.
inline constexpr milliseconds too_long{1'500};
inline constexpr int attempts_max = 3;

/// One order of a scenario.
struct scripted_order {
  order_id id;
  customer_id customer;
  checkout::quantity units = 1;
  /// Instructions to fail, as in a submission; they reach the participants with the commands.
  std::vector<fault> faults{};
  /// An end that it may take: a state, and an outcome unless it does not matter.
  struct end {
    saga_state state = saga_state::completed;
    std::string outcome{};
  };
  std::vector<end> may_end{};
  /// When a customer wants it cancelled, from the beginning of the run.
  std::optional<milliseconds> cancelled_after{};
  /// Once that is granted, the order must end cancelled. Not so where the pivot may have happened.
  bool is_cancelled_for_good = true;
};

/// A story that a run tells while something goes wrong.
struct scenario {
  /// `together:succeeds`, `apart:charge-payment-is-refused`, ...
  std::string name;
  /// Everything in one process on one store. Otherwise the participants are elsewhere, beyond the broker.
  bool together = false;
  std::vector<scripted_order> orders;
  /// Units on the shelf; only where there is stock.
  checkout::quantity stock = 1'000;
};

/// All scenarios of a subject, derived from its definition: an order that succeeds; each step refused, each timing
/// out; each undo slow, each failing at first, one exhausted; an order cancelled during each step. Where there are
/// money and stock: too little money, no stock, two orders for the last unit; and each once with everything in one
/// process, and once with the participants elsewhere.
std::vector<scenario> scenarios_of(const subject& s);

} // namespace sagad::chaos

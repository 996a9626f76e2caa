#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "workflows/messages.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/saga_definition.hpp"

namespace sagad::tests {

/// A command of one saga on its way to the participant of one step.
struct question {
  std::size_t step = 0;
  action what = action::perform;
  int attempt = 1;
  /// How many events the saga had seen when it asked.
  int asked_after = 0;
};

/// What the participant said, on its way back.
struct answer {
  question to;
  reply_outcome outcome = reply_outcome::failed;
  std::string_view code;
};

/// The code of every refusal in this world.
inline constexpr std::string_view no_way = "NO_WAY";

/// What is true of one step's effect, and what its participant remembers: a ledger of one line. It acts on
/// `rule_for`, as every store does, so what the explorer proves holds for whoever follows that rule.
class simulated_participant {
public:
  explicit simulated_participant(bool final) : final_(final) {}

  answer hear(const question& q, bool willing = true) {
    switch (rule_for(q.what, known_, final_)) {
    case inbox_rule::apply:
      known_ = willing ? recorded::succeeded : recorded::refused;
      done_ += willing ? 1 : 0;
      return recorded_answer(q);
    case inbox_rule::repeat_answer:
      return recorded_answer(q);
    case inbox_rule::reverse:
      known_ = recorded::undone;
      ++reversed_;
      return {q, reply_outcome::succeeded, {}};
    case inbox_rule::block:
      known_ = recorded::undone;
      return {q, reply_outcome::succeeded, {}};
    case inbox_rule::nothing_to_undo:
      return {q, reply_outcome::succeeded, {}};
    case inbox_rule::stand:
      return {q, reply_outcome::refused, codes::past_pivot};
    case inbox_rule::refuse_blocked:
      return {q, reply_outcome::refused, codes::undone};
    case inbox_rule::not_found:
      return {q, reply_outcome::not_found, {}};
    }
    return {q, reply_outcome::failed, {}};
  }

  recorded known() const { return known_; }
  /// True once its effect can never become true any more.
  bool is_settled() const { return known_ == recorded::refused || known_ == recorded::undone; }
  /// How often the effect was made true, and how often untrue.
  int done() const { return done_; }
  int reversed() const { return reversed_; }

  friend bool operator==(const simulated_participant&, const simulated_participant&) = default;

private:
  answer recorded_answer(const question& q) const {
    return known_ == recorded::succeeded ? answer{q, reply_outcome::succeeded, {}}
                                         : answer{q, reply_outcome::refused, no_way};
  }

  recorded known_ = recorded::nothing;
  bool final_ = false;
  int done_ = 0;
  int reversed_ = 0;
};

/// Everything outside the saga: the participants, and what is still on its way.
struct simulated_world {
  std::vector<simulated_participant> participants;
  /// What the saga waits for.
  std::optional<question> open;
  /// Nobody waits for these any more, and still they may arrive.
  std::vector<question> stray_commands;
  std::vector<answer> stray_replies;
  /// A step is never done before it is durable that it was asked for: no crash forgets events up to this one.
  int durable_up_to = 0;

  explicit simulated_world(const definition& def) {
    participants.reserve(def.steps.size());
    for (const saga_step& step : def.steps)
      participants.emplace_back(step.kind == step_kind::pivot);
  }

  answer deliver(const question& q, bool willing = true) {
    if (q.what == action::perform)
      durable_up_to = std::max(durable_up_to, q.asked_after);
    return participants[q.step].hear(q, willing);
  }

  bool may_refuse(const question& q) const {
    return q.what == action::perform && participants[q.step].known() == recorded::nothing;
  }
};

} // namespace sagad::tests

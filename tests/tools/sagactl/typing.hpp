#pragma once

#include <string>
#include <vector>

#include "tests/tools/sagactl/fake_office.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::ctl::testing {

/// What the operator typed after `sagactl`. A command line that is wrong is thrown, as CLI11 does.
exit_code type(fixture& f, std::vector<std::string> words);

inline node_view living_node(const std::string& name = "node-1") {
  return {.name = name,
          .epoch = 3,
          .started_at = noon - std::chrono::hours{1},
          .last_seen_at = noon - std::chrono::milliseconds{200},
          .stopped_at = std::nullopt,
          .holds_lease = true,
          .plays = {"payment", "inventory", "delivery", "orders", "notification"}};
}

/// A checkout order that was just accepted, an hour ago.
inline order_view accepted_order(const std::string& id) {
  const saga s = begin(checkout::checkout_saga, saga_id{id}, order_id{id}, noon - std::chrono::hours{1});
  return {.now = s, .customer = customer_id{"alice"}, .total = 2'500, .owner = ""};
}

/// Held, for its refund does not succeed, since five minutes.
inline order_view held_at_refund(const std::string& id) {
  order_view o = accepted_order(id);
  saga& s = o.now;
  s.steps[0].state = step_state::undoing;
  s.steps[1].state = step_state::refused;
  s.asking = action::undo;
  s.state = saga_state::held;
  s.held_from = saga_state::compensating;
  s.held_because = hold_cause::undo_exhausted;
  s.outcome = "INSUFFICIENT_INVENTORY";
  s.attempt = 10;
  s.wrong = {.code = "TILL_CLOSED", .detail = "till 7 is closed", .since = noon - std::chrono::minutes{5}};
  s.last_error = "undo exhausted: refund-payment: TILL_CLOSED";
  s.wakeup_at.reset();
  s.updated_at = noon - std::chrono::minutes{5};
  s.sequence = 9;
  return o;
}

/// Running, and pausing since the charge failed, for two minutes.
inline order_view pausing_at_charge(const std::string& id) {
  order_view o = accepted_order(id);
  saga& s = o.now;
  s.steps[0].state = step_state::in_doubt;
  s.steps[0].attempts = 2;
  s.attempt = 2;
  s.asking_since = noon - std::chrono::minutes{3};
  s.awaiting_reply = false;
  s.wrong = {.code = "TIMEOUT", .detail = "", .since = noon - std::chrono::minutes{2}};
  s.wakeup_at = noon + std::chrono::seconds{5};
  s.updated_at = noon - std::chrono::seconds{10};
  s.sequence = 4;
  o.owner = "node-1";
  return o;
}

} // namespace sagad::ctl::testing

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "workflows/checkout/order.hpp"
#include "workflows/ids.hpp"
#include "workflows/messages.hpp"

namespace sagad {

/// Takes money from a wallet; refused `INSUFFICIENT_FUND` below zero. A new customer's wallet is opened with
/// the initial credit.
struct charge {
  customer_id customer;
  checkout::money amount = 0;
};

/// Moves units from available to reserved, all lines or none; refused `INSUFFICIENT_INVENTORY`. The lines may
/// name one item more than once.
struct reservation {
  std::vector<checkout::order_line> lines;
};

/// Books a delivery.
struct shipment {
  order_id order;
  customer_id customer;
};

/// An effect that is its own record: a confirmation, a notice. `final`: it cannot be undone once it happened
/// (the pivot).
struct mark {
  bool final = false;
};

/// Refuses with this code, and remembers it (an injected fault).
struct injected_refusal {
  std::string code;
};

using effect = std::variant<charge, reservation, shipment, mark, injected_refusal>;

/// One command, understood: what to make true, untrue, or tell of. An undo or a probe names the effect too.
struct ledger_command {
  std::string idempotency_key;
  std::string participant;
  action what = action::perform;
  effect on;
};

/// What the participant says, and says again whenever it is asked again.
struct ledger_answer {
  reply_outcome outcome = reply_outcome::failed;
  std::string code;
  std::string detail;
  json result;
};

/// What a participant remembers under an idempotency key.
enum class recorded : std::uint8_t { nothing, succeeded, refused, undone };

/// `succeeded`, `refused`, `undone`: as persisted.
std::string_view to_string(recorded r);
std::optional<recorded> recorded_from(std::string_view text);

/// What a participant must do with a command, given what it remembers. The rule that makes each effect happen
/// once and lets an undo come before its do; every store follows it.
///
/// | remembered | do              | undo                        | probe     |
/// | nothing    | apply           | block (a tombstone)         | not_found |
/// | succeeded  | repeat_answer   | reverse; a final one: stand | repeat_answer |
/// | refused    | repeat_answer   | nothing_to_undo             | repeat_answer |
/// | undone     | refuse_blocked  | nothing_to_undo             | refuse_blocked |
enum class inbox_rule : std::uint8_t {
  apply,           // make the effect true and record the answer, in one transaction
  repeat_answer,   // answer as recorded
  reverse,         // make the effect untrue and record `undone`, in one transaction; answer succeeded
  block,           // record `undone`, so that a late do is refused; answer succeeded
  nothing_to_undo, // answer succeeded
  stand,           // answer refused, PAST_PIVOT: it happened and stays
  refuse_blocked,  // answer refused, UNDONE
  not_found        // answer not-found
};
inbox_rule rule_for(action what, recorded known, bool final);

/// True for an effect that cannot be undone once it happened.
bool is_final(const effect& e);

} // namespace sagad

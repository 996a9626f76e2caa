#pragma once

// Every conversation between actors on one page. Messages never leave the process, so they need no wire format;
// what crosses processes is in the store or, as contract.md says, on the broker.

#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "workflows/checkout/order.hpp"
#include "workflows/messages.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::actors {

struct wake {};
struct rest {};
struct tick {};
struct flush {};
struct recorded_durably {};
struct record_behind {
  saga_update update;
};
struct submitted {
  acceptance answer;
  /// Set when the order is new: its first driver is the asker.
  std::optional<stored_saga> begun;
};
struct claim_work {
  std::size_t count_max = 0;
  moment due{};
  /// Look even when nothing seems to have changed: the sweep that finds what a lost timer left.
  bool sweep = false;
};
struct claimed_work {
  std::vector<stored_saga> sagas;
};
struct load_saga {
  saga_id id;
};
struct loaded_saga {
  /// False when the store did not answer; then `found` says nothing.
  bool known = false;
  std::optional<stored_saga> found;
};
struct leave_store {};
struct left_store {};
/// Cancel, hold or resume an order.
struct wish {
  saga_id saga;
  event::kind what = event::kind::cancel;
  std::string reason;
};
/// What became of a wish; `moved` only once it is durable. No order: none.
struct wish_result {
  std::optional<verdict> what;
};
struct drain {
  milliseconds grace{0};
};
struct drained {};

} // namespace sagad::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::saga_update)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::dead_letter)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::acceptance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::ledger_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::ledger_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::checkout::submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::rest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::recorded_durably)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::record_behind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::submitted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::claim_work)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::claimed_work)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::load_saga)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::loaded_saga)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::leave_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::left_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::wish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::wish_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::drained)

namespace sagad::actors {

/// One running order: asks the machine what each event means, makes it durable where it must be, sends what
/// follows.
using order_actor = caf::typed_actor<
    // A participant answered.
    caf::reacts_to<reply>,
    // The time that it waited for has come.
    caf::reacts_to<wake>,
    // Record where it stands and leave memory.
    caf::reacts_to<rest>,
    // An operator wants something of it; answered once that is durable.
    caf::replies_to<wish>::with<wish_result>>;

/// A command on its way to a participant. The answer goes to `asker`, as a message of its own: it may be lost,
/// doubled or late, like any answer.
struct question {
  command what;
  order_actor asker;
};

/// A time to be reminded of.
struct remind {
  saga_id saga;
  order_actor who;
  moment at{};
};
struct forget {
  saga_id saga;
};

} // namespace sagad::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::remind)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::forget)

namespace sagad::actors {

/// Payment, inventory, delivery, orders or notification: turns commands into ledger entries and answers.
using participant_actor = caf::typed_actor<
    // Do, undo or probe; answered to the asker.
    caf::reacts_to<question>,
    // Look at what was stalled on purpose.
    caf::reacts_to<tick>>;

/// Knows who plays which participant; starts a new one when one dies.
using switchboard_actor = caf::typed_actor<
    // To be passed on to the participant that the command names.
    caf::reacts_to<question>>;

/// Owns the store and the thread that it blocks. Commits all that arrived while the last transaction ran.
using store_gateway_actor = caf::typed_actor<
    // Decide on a submission; answered when the order is durable.
    caf::replies_to<checkout::submission>::with<submitted>,
    // A participant's effect; answered when it is durable.
    caf::replies_to<ledger_command>::with<ledger_answer>,
    // Progress that somebody waits for; answered when it is durable, however long that takes.
    caf::replies_to<saga_update>::with<recorded_durably>,
    // Progress that nobody waits for: a later record of the same saga may swallow it.
    caf::reacts_to<record_behind>,
    // What could not be understood or delivered.
    caf::reacts_to<dead_letter>,
    // Orders that nobody drives.
    caf::replies_to<claim_work>::with<claimed_work>,
    // One order as of its last commit.
    caf::replies_to<load_saga>::with<loaded_saga>,
    // Commit everything, give the lease back.
    caf::replies_to<leave_store>::with<left_store>,
    // Its own: commit what has gathered.
    caf::reacts_to<flush>,
    // Its own: record what lingered; a sign of life.
    caf::reacts_to<tick>>;

/// Keeps the near timers.
using timekeeper_actor = caf::typed_actor<
    // Wake this order then; replaces its earlier reminder.
    caf::reacts_to<remind>,
    // No longer.
    caf::reacts_to<forget>,
    // Its own: look at the clock.
    caf::reacts_to<tick>>;

/// Keeps what could not be understood or delivered, with its reason.
using dead_letter_actor = caf::typed_actor<caf::reacts_to<dead_letter>>;

/// Knows the orders in memory: starts, revives and routes to them; takes up waiting ones while there is room.
using directory_actor = caf::typed_actor<
    // A new order from inside the process; answered when it is durable, or refused when there is no room.
    caf::replies_to<checkout::submission>::with<acceptance>,
    // To the order, which is brought back into memory if need be.
    caf::replies_to<wish>::with<wish_result>,
    // Its own: look for work.
    caf::reacts_to<tick>,
    // Take nothing new; let orders end for as long as `grace`, then let them rest.
    caf::replies_to<drain>::with<drained>>;

} // namespace sagad::actors

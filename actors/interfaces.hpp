#pragma once

// Every conversation between actors on one page. Messages never leave the process, so they need no wire format;
// what crosses processes is in the store or, as contract.md says, on the broker.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "workflows/checkout/order.hpp"
#include "workflows/messages.hpp"
#include "workflows/operations/circuit_breaker.hpp"
#include "workflows/operations/repair_request.hpp"
#include "workflows/ports/ledger.hpp"
#include "workflows/ports/message_bus.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/saga.hpp"
#include "workflows/saga_machine.hpp"

namespace sagad::actors {

struct wake {};
struct rest {};
struct tick {};
struct flush {};
struct recorded_durably {
  /// False: of a saga that another node drives by now; the update changed nothing.
  bool is_ours = true;
};
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
  std::size_t repairs_max = 0;
  /// Look even when nothing seems to have changed: the sweep that finds what a lost timer left.
  bool sweep = false;
};
struct claimed_work {
  std::vector<stored_saga> sagas;
  std::vector<claimed_repair> repairs;
};
/// What became of a repair, with the progress that is durable together with it; none where the order stays as it was.
struct repaired {
  std::optional<saga_update> update;
  repair_outcome outcome;
};
struct load_saga {
  saga_id id;
};
/// Facts that nobody has published for so long.
struct claim_facts {
  std::size_t sagas_max = 0;
  moment idle_since{};
};
struct claimed_facts {
  std::vector<fact> facts;
};
/// What a transaction made durable, in order per saga, and which sagas left memory with it.
struct durable_facts {
  std::vector<fact> facts;
  std::vector<saga_id> gone;
};
/// A saga that was handed to this node: its first fact of a later commit will have the sequence `next`.
struct claimed_stream {
  saga_id saga;
  std::uint64_t next = 0;
  std::vector<fact> unpublished;
};
struct claimed_streams {
  std::vector<claimed_stream> sagas;
};
/// What became of messages to the broker.
struct settled_messages {
  std::vector<settled_message> settled;
};
/// How many consume a participant's queue.
struct seen_consumers {
  std::string queue;
  std::size_t count = 0;
};
/// How the connection to the broker stands; no problem: connected.
struct bus_connection {
  std::string problem;
};
struct loaded_saga {
  /// False when the store did not answer; then `found` says nothing.
  bool known = false;
  std::optional<stored_saga> found;
};
struct leave_store {};
struct left_store {};
/// Makes a wish a durable repair: it is granted only to the saga as it was planned for, and what became of it is
/// recorded with the operation, in the same transaction as what it changed.
struct repair_ticket {
  std::string operation;
  std::uint64_t planned_sequence = 0;
};
/// What somebody wants of an order.
struct wish {
  saga_id saga;
  operations::repair_request wanted;
  /// None: nobody but the asker hears of the answer.
  std::optional<repair_ticket> ticket{};
};
/// What became of a wish; `moved` only once it is durable. No order: none. A repair that came too late for the state
/// that it was planned for: `late`; and whatever became of a repair, it is recorded by the time that this is told.
struct wish_result {
  std::optional<verdict> what;
};
/// All that operators decided about participants, as of now.
struct participant_rules {
  std::vector<participant_rule> all;
};
/// What became of a command, as its order sees it.
struct heard_of {
  std::string participant;
  operations::command_outcome what;
};
/// The circuits that are not closed.
struct seen_circuits {
  std::vector<named_circuit> all;
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::publication)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::repaired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::participant_rules)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::heard_of)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::seen_circuits)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::incoming_message)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::claim_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::claimed_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::durable_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::claimed_streams)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::settled_messages)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::seen_consumers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::bus_connection)
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

/// Whoever hears a participant's answer: an order, or the one who takes it to the broker.
using answer_sink = caf::typed_actor<caf::reacts_to<reply>>;

/// A command on its way to a participant. The answer goes to `asker`, as a message of its own: it may be lost,
/// doubled or late, like any answer.
struct question {
  command what;
  answer_sink asker;
  /// Goes with it where it leaves the process; empty when there is none.
  std::string traceparent{};
  /// The name of its step, or of the step's undo. Empty where another node asks: its own circuits stand before it.
  std::string known_as{};
  /// By the asker's clock, which tells the switchboard what became of it, too.
  moment asked_at{};
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

/// Reaches the participants that are played elsewhere.
using remote_participants_actor = caf::typed_actor<
    // To be published; what comes back within its deadline goes to the asker.
    caf::reacts_to<question>,
    // From the broker: an answer.
    caf::reacts_to<incoming_message>,
    // From the broker: whether commands arrived in their queues.
    caf::reacts_to<settled_messages>,
    // From the broker: whether somebody is there to take them.
    caf::reacts_to<seen_consumers>,
    // From the broker.
    caf::reacts_to<bus_connection>,
    // Its own: forget those whose time is over.
    caf::reacts_to<tick>>;

/// Knows who plays which participant; starts a new one when one dies. Keeps commands from those who do not answer, or
/// whom an operator holds.
using switchboard_actor = caf::typed_actor<
    // To be passed on to the participant that the command names, or answered `undelivered` at once.
    caf::reacts_to<question>,
    // From an order: what became of its question.
    caf::reacts_to<heard_of>,
    // From the keeper.
    caf::reacts_to<participant_rules>>;

/// Takes facts to the broker, in order per saga.
using event_publisher_actor = caf::typed_actor<
    // From a gateway: they are durable.
    caf::reacts_to<durable_facts>,
    // From the keeper: sagas that this node drives from now on.
    caf::reacts_to<claimed_streams>,
    // From the broker: what arrived.
    caf::reacts_to<settled_messages>,
    // From the broker.
    caf::reacts_to<bus_connection>,
    // Its own: report, and look for what was left unpublished.
    caf::reacts_to<tick>,
    // Publish what is there, report it; answered when that is done or `grace` is over.
    caf::replies_to<drain>::with<drained>>;

} // namespace sagad::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::event_publisher_actor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(sagad::actors::switchboard_actor)

namespace sagad::actors {

/// Owns a connection to the store and the thread that it blocks. Commits all that arrived while the last
/// transaction ran. Of a node's gateways one is the keeper: it gives the signs of life and claims.
using store_gateway_actor = caf::typed_actor<
    // Decide on a submission; answered when the order is durable.
    caf::replies_to<checkout::submission>::with<submitted>,
    // A participant's effect; answered when it is durable.
    caf::replies_to<ledger_command>::with<ledger_answer>,
    // Progress that somebody waits for; answered when it is durable, however long that takes.
    caf::replies_to<saga_update>::with<recorded_durably>,
    // Progress that nobody waits for: a later record of the same saga may swallow it.
    caf::reacts_to<record_behind>,
    // A repair's outcome, with its progress; answered when both are durable.
    caf::replies_to<repaired>::with<recorded_durably>,
    // The broker has these facts.
    caf::reacts_to<publication>,
    // What could not be understood or delivered; answered when it is durable.
    caf::replies_to<dead_letter>::with<recorded_durably>,
    // Orders that nobody drives, and repairs.
    caf::replies_to<claim_work>::with<claimed_work>,
    // Facts that nobody has published.
    caf::replies_to<claim_facts>::with<claimed_facts>,
    // One order as of its last commit.
    caf::replies_to<load_saga>::with<loaded_saga>,
    // From now on, facts that became durable go there.
    caf::reacts_to<event_publisher_actor>,
    // From now on, what operators decide about participants goes there.
    caf::reacts_to<switchboard_actor>,
    // To be told with the next sign of life.
    caf::reacts_to<seen_circuits>,
    // Commit everything; the keeper also gives the lease back.
    caf::replies_to<leave_store>::with<left_store>,
    // Its own: commit what has gathered.
    caf::reacts_to<flush>,
    // Its own: commit what nobody waits for; a sign of life.
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
    // A new order; answered when it is durable, or refused when there is no room.
    caf::replies_to<checkout::submission>::with<acceptance>,
    // To the order, which is brought back into memory if need be.
    caf::replies_to<wish>::with<wish_result>,
    // Its own: look for work.
    caf::reacts_to<tick>,
    // Take nothing new; let orders end for as long as `grace`, then let them rest.
    caf::replies_to<drain>::with<drained>>;

/// Checks now and then that the promises are kept.
using auditor_actor = caf::typed_actor<
    // Its own: see whether it is time.
    caf::reacts_to<tick>>;

/// Takes submissions from the broker and tells their submitters what was decided.
using intake_actor = caf::typed_actor<
    // From the broker: a submission.
    caf::reacts_to<incoming_message>,
    // From the broker: whether an answer or a dead letter arrived.
    caf::reacts_to<settled_messages>,
    // Its own: try again what found no room.
    caf::reacts_to<tick>,
    // Take nothing new; answered when all that was taken is answered or given back.
    caf::replies_to<drain>::with<drained>>;

/// Has commands from the broker carried out by a participant that is played here, and answers them.
using command_server_actor = caf::typed_actor<
    // From the broker: a command.
    caf::reacts_to<incoming_message>,
    // From the participant.
    caf::reacts_to<reply>,
    // From the broker: whether an answer or a dead letter arrived.
    caf::reacts_to<settled_messages>,
    // Its own: look at what stays unanswered.
    caf::reacts_to<tick>,
    // Take nothing new; answered when all that was taken is answered or given back.
    caf::replies_to<drain>::with<drained>>;

// What several of them have in common.

/// Whoever publishes to the broker.
using bus_publisher = caf::typed_actor<caf::reacts_to<settled_messages>>;
/// Whoever consumes a queue of the broker.
using bus_consumer = caf::typed_actor<caf::reacts_to<incoming_message>>;
/// Whoever needs to know how the connection to the broker stands.
using connection_watcher = caf::typed_actor<caf::reacts_to<bus_connection>>;
/// Whoever needs to know who else consumes.
using consumers_watcher = caf::typed_actor<caf::reacts_to<seen_consumers>>;
/// Whoever has something to finish before the node leaves.
using drainable = caf::typed_actor<caf::replies_to<drain>::with<drained>>;

} // namespace sagad::actors

#pragma once

#include "tools/sagachaos/subject.hpp"

namespace sagad::tests {

/// A participant that does not answer in time is taken to have refused.
chaos::go_between timeout_taken_as_failure();
/// The order goes on as soon as an undo is asked for, as if it were done.
chaos::go_between undo_not_awaited();

/// Events leave before the transaction that makes them facts.
chaos::go_between published_before_durable();

/// A submission is acknowledged as soon as it comes, before the transaction that makes it needless.
chaos::go_between acknowledged_before_durable();
/// A submitter is told that an accepted order is refused.
chaos::go_between accepted_and_told_refused();
/// A submitter is told each time that the order had been accepted before.
chaos::go_between everything_told_a_duplicate();
/// All events have one id.
chaos::go_between one_id_for_all_events();
/// An event says something else than the fact.
chaos::go_between events_with_invented_data();
/// An event goes to who asked for others.
chaos::go_between events_under_a_wrong_key();
/// An event is no object.
chaos::go_between events_that_nobody_can_read();

} // namespace sagad::tests

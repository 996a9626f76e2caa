#pragma once

#include "tools/sagachaos/subject.hpp"

namespace sagad::tests {

// What the store, or the participants' ledger in it, gets wrong. Each makes its go-between anew for a run.

/// A charge that is asked for again is charged again.
chaos::go_between no_memory_of_charges();
/// An undo of what never came leaves no trace.
chaos::go_between no_tombstones();
/// Who lost its lease commits all the same.
chaos::go_between no_fence();
/// An accepted order is on the disk only 100 ms after it was said to be.
chaos::go_between accepted_before_durable();
/// A turning point is said to be durable, and becomes so with the next transaction.
chaos::go_between turned_before_durable();
/// After a restart nobody takes up what waits.
chaos::go_between no_sweep_after_a_restart();
/// After a second restart nobody does: no single fault finds it.
chaos::go_between no_sweep_after_two_restarts();
/// A refund that is asked for again is paid again.
chaos::go_between refunds_every_time();
/// A confirmation that has happened says that it could be withdrawn.
chaos::go_between pivot_withdrawn_after_all();
/// A COMMIT whose answer got lost is taken for one that failed.
chaos::go_between lost_commit_taken_for_failed();

} // namespace sagad::tests

#include "tests/chaos/planted_bugs.hpp"

#include "tests/chaos/planted_bus_bugs.hpp"
#include "tests/chaos/planted_store_bugs.hpp"

namespace sagad::tests {

std::vector<planted_bug> all_planted_bugs() {
  using enum chaos::promise;
  return {
      {"no dedup of a charge", effects_happen_once, no_memory_of_charges},
      {"no tombstone", nothing_is_assumed, no_tombstones},
      {"no fence", one_writer, no_fence},
      {"store loses an acceptance that it reported as durable", accepted_is_durable, accepted_before_durable},
      {"submission acknowledged before its commit", accepted_is_durable, acknowledged_before_durable},
      {"event published before its commit", facts_are_true, published_before_durable},
      {"accepted order told to be refused", accepted_is_durable, accepted_and_told_refused},
      {"new order told to be a duplicate", accepted_is_durable, everything_told_a_duplicate},
      {"one id for all events", facts_are_true, one_id_for_all_events},
      {"event with invented data", facts_are_true, events_with_invented_data},
      {"event under a wrong routing key", facts_are_true, events_under_a_wrong_key},
      {"event that is no object", facts_are_true, events_that_nobody_can_read},
      {"timeout taken as failure", nothing_is_assumed, timeout_taken_as_failure},
      {"undo not awaited", nothing_is_assumed, undo_not_awaited},
      {"undo leaves before its turning point is durable", outcome_is_allowed, turned_before_durable},
      {"no wake-up sweep after a restart", every_order_ends, no_sweep_after_a_restart},
      {"refund paid whenever it is asked for", money_and_stock_are_conserved, refunds_every_time},
      {"pivot withdrawn although it happened", nothing_is_assumed, pivot_withdrawn_after_all},
      {"lost answer to COMMIT taken as failure", every_order_ends, lost_commit_taken_for_failed},
  };
}

} // namespace sagad::tests

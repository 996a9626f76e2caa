#pragma once

#include <cstddef>
#include <cstdint>

#include "workflows/moment.hpp"

namespace sagad::actors {

/// Every bound of the engine, in one place.
struct engine_limits {
  /// Orders in memory at once; beyond it submitters are told to wait.
  std::size_t open_orders_max = 2'048;
  /// An order that waits longer than this leaves memory.
  milliseconds rest_beyond{30'000};
  /// An order whose actor died this often without progress is held.
  int revivals_max = 5;
  /// Repairs taken from the store that are not dealt with yet: an operator is heard by a node that is full, too.
  std::size_t repairs_taken_max = 256;
  /// How often a timer is looked at.
  milliseconds tick_every{10};

  // --- the store -------------------------------------------------------------------------------------------
  /// Requests of one transaction.
  std::size_t batch_items_max = 2'048;
  /// For how long at most progress that nobody waits for is left to the next transaction that is made anyway.
  milliseconds linger{50};
  /// The same for what was published: nobody but the store needs to know.
  milliseconds publications_linger{200};
  /// How often the directory asks whether somebody brought work to the store.
  milliseconds look_every{10};
  /// How often it looks regardless.
  milliseconds sweep_every{1'000};
  /// How long a gateway waits before it tries again after a failure, and at most after many in a row; less up to a half
  /// at random. A sign of life does not wait for it.
  milliseconds store_retry_pause{100};
  milliseconds store_retry_pause_max{1'000};
  /// How often the node tells the store that it lives.
  milliseconds beat_every{500};
  /// What was discarded of the dead letters can be restored for so long.
  milliseconds dead_letter_retention{std::chrono::hours{24 * 30}};
  /// How often the older ones are deleted, and how many at a time; while as many are found, at each beat.
  milliseconds purge_every{60'000};
  std::size_t purge_max = 500;
  /// How often the promises are checked on the whole store; 0: never.
  milliseconds audit_every{600'000};

  // --- the broker ------------------------------------------------------------------------------------------
  /// Submissions that were taken from the broker and are not answered yet: the backpressure on submitters.
  std::uint16_t submissions_taken_max = 1'024;
  /// How often those who speak with the broker look at what waits: a submission that found no room is submitted again,
  /// a message that found no room is published again.
  milliseconds bus_look_every{50};
  /// Commands taken from the broker, per participant played here, that are not answered yet.
  std::uint16_t commands_taken_max = 512;
  /// A command that its participant has not answered by then is acknowledged all the same: who asked asks again.
  milliseconds unanswered_max{30'000};
  /// Commands to participants elsewhere that are not answered yet.
  std::size_t remote_questions_max = 8'192;
  /// How long the node waits before it publishes again what the broker refused, and before it asks a participant again
  /// whose store could not take a command.
  milliseconds bus_retry_pause{1'000};

  // --- facts to the broker ---------------------------------------------------------------------------------
  /// Facts in memory that the broker has not confirmed; beyond it they wait in the store.
  std::size_t facts_in_memory_max = 20'000;
  /// Facts that the broker may have unconfirmed at a time; at most one of each saga.
  std::size_t facts_in_flight_max = 1'024;
  /// What was published of an order that goes on is told to the store when nothing new came for so long.
  milliseconds facts_linger{1'000};
  /// How often the store is asked for facts that were left unpublished.
  milliseconds facts_sweep_every{3'000};
  /// For how long nobody must have published anything of a saga before its facts count as left.
  milliseconds facts_idle{30'000};
  /// Of how many sagas at a time.
  std::size_t facts_sweep_sagas_max = 256;
};

} // namespace sagad::actors

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workflows/checkout/order.hpp"
#include "workflows/ports/store.hpp"

namespace sagad::checkout {

/// What is decided about one submission: the answer, and what a new order's saga starts with. No input: there is
/// nothing to insert.
struct acceptance_decision {
  acceptance answer;
  std::optional<json> input;
};

/// Who accepts, and on which terms.
struct acceptance_terms {
  bool faults_allowed = false;
  /// Drives what is accepted; none: it waits to be claimed.
  std::optional<std::uint64_t> owner;
  const definition* begins = nullptr;
};

/// What was decided, and the saga that began when the order is new.
struct accepted {
  acceptance answer;
  std::optional<stored_saga> begun;
};

/// The rule of acceptance that every store follows. `text` is the submission's `canonical_text`, `on_record` that
/// of the order which already has its id; `price_of` is asked only for a new order. Pure.
///
/// What is known already is a duplicate, whatever became of prices since. A submission that its injected fault
/// kills, stalls or refuses leaves no order behind.
acceptance_decision decide_acceptance(const submission& s, const std::string& text,
                                      const std::optional<std::string>& on_record, const price_lookup& price_of,
                                      bool faults_allowed);

/// An id for an order whose submitter chose none: `o-` and 32 hex digits, 80 bits of them random. Time comes
/// first, so that orders of one hour lie side by side in an index and not all over it.
order_id generated_order_id(moment at, std::uint64_t random_high, std::uint64_t random_low);

/// The saga of a new order. One that is driven from the start asks its first question with the same record: as soon as
/// that is durable the question may be sent. One that waits to be claimed asks nothing yet.
saga begun_saga(const submission& s, const acceptance_terms& terms, moment now);

/// `order.accepted`, the first fact of a saga that was just begun.
fact accepted_fact(const saga& begun);

} // namespace sagad::checkout

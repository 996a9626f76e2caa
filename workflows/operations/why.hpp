#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "workflows/operations/circuit_breaker.hpp"
#include "workflows/operations/explanation.hpp"
#include "workflows/ports/back_office.hpp"
#include "workflows/ports/store.hpp"
#include "workflows/saga_catalog.hpp"

namespace sagad::operations {

/// Everything that a store can show about one order.
struct order_situation {
  order_id asked_for;
  /// None: no such order.
  std::optional<order_view> order{};
  std::vector<fact> history{};
  std::vector<node_view> nodes{};
  /// How many other orders are stuck for the same cause (see `stuck`).
  std::size_t others = 0;
  /// Of the participant that it asks; absent: closed, for all that is known.
  std::optional<circuit_view> circuit{};
  /// What the operator's rule behind `circuit` is on: the participant, or the question; empty when there is no rule.
  std::string rule_on{};
  /// A submission with this id that was refused, if there is one.
  std::optional<dead_letter> refused{};
  moment now{};
};

/// Explains one order across the layers: its saga, its history, the nodes, its participant. Pure and total.
explanation explain(const order_situation& situation, const saga_catalog& definitions);

} // namespace sagad::operations
